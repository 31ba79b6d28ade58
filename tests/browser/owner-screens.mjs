// The screens of claim, sign-in, people and tokens in their states: see screens.mjs.
import { addPerson, button, fillClaim, makeToken, openOwner, password, region, setupCode, signIn } from "./owner.mjs";
import { openPage, startUnclaimedBoard, untilLive } from "./support.mjs";

async function withBoard(use, ...options) {
    const board = await startUnclaimedBoard(...options);
    try {
        await use(board);
    } finally {
        await board.stop();
    }
}

const claim = (browser, look, see) =>
    withBoard(async (board) => {
        const { page, context } = await openPage(browser, board.url, look);
        await page.locator(".uplot canvas").first().waitFor();
        const form = page.getByRole("form", { name: "Become the owner" });
        await form.waitFor();
        await see(page, "asked");
        await fillClaim(page, "wrong", "password");
        await button(form, "Become the owner").click();
        await form.getByRole("alert").first().waitFor();
        await see(page, "refused at its fields");
        const code = setupCode(board);
        await fillClaim(page, code.replace(/.$/, (last) => (last === "2" ? "3" : "2")));
        for (let tries = 0; tries <= 10 && (await form.getByText("takes no code").count()) === 0; tries += 1) {
            const answered = page.waitForResponse("**/api/v1/claim");
            await button(form, "Become the owner").click();
            await answered;
        }
        await form.getByText("The board takes no code at this time").waitFor();
        await see(page, "closed");
        await context.close();
    });

const signing = (browser, look, see) =>
    withBoard(async (board) => {
        const { page, context } = await openOwner(browser, board, "", look);
        await button(page, "Signed in as owner").click();
        await see(page, "who is signed in");
        await button(page, "Sign out").click();
        await page.getByText("to its people alone").waitFor();
        await see(page, "asked");
        await signIn(page, "owner", "wrong horse battery");
        await page.getByRole("alert").waitFor();
        await see(page, "refused");
        await signIn(page, "owner");
        await button(page, "Signed in as owner").waitFor();
        await page.getByRole("link", { name: "Settings" }).click();
        await page.getByLabel("Name", { exact: true }).fill("Cellar");
        await context.clearCookies();
        await button(page, "Save").click();
        await page.getByRole("dialog").waitFor();
        await see(page, "over what was typed");
        await button(page, "Not now").click();
        await page.getByText("are for an owner").waitFor();
        await see(page, "not now");
        await context.close();
    });

const people = (browser, look, see) =>
    withBoard(async (board) => {
        const { page, context } = await openOwner(browser, board, "#/settings", look);
        await region(page, "People").getByText("(you)").waitFor();
        await button(page, "Add somebody…").click();
        await button(page.getByRole("form", { name: "Add somebody" }), "Add").click();
        await button(page, "Change your password…").click();
        await see(page, "adding, refused");
        await button(page.getByRole("form", { name: "Add somebody" }), "Cancel").click();
        for (const name of ["Anna", "Bartholomew of the greenhouse at the far end of the garden", "Cem"]) await addPerson(page, name, "Viewer");
        await makeToken(page, "Prometheus", "Viewer");
        await button(page, "Remove Cem").click();
        await see(page, "removing one of four, a new token");
        await button(page, "Done").click();
        await button(page, "Make a token…").click();
        await button(page, "Change Anna").click();
        await see(page, "changing one, making a token");
        await context.close();
        const guest = await openPage(browser, board.url, look);
        await signIn(guest.page, "Anna", password);
        await untilLive(guest.page);
        await guest.page.locator(".uplot canvas").first().waitFor();
        await see(guest.page, "as a viewer");
        await guest.page.getByRole("link", { name: "Settings" }).click();
        await region(guest.page, "You").waitFor();
        await see(guest.page, "as a viewer, settings");
        await guest.context.close();
    });

export const ownerScreens = { claim, "sign-in": signing, people };
