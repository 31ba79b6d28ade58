// From a board that nobody owns to one whose owner signs in, in a real browser against the real board.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { ask, button, fillClaim, makeToken, openOwner, openSignedIn, password, region, setupCode, signIn } from "./owner.mjs";
import { eventually, openPage, startUnclaimedBoard, startBrowser, untilLive } from "./support.mjs";

let browser;
let board;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());
beforeEach(async () => (board = await startUnclaimedBoard()));
afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await board.stop();
});

const unclaimed = (page) => page.getByRole("heading", { name: "This board has no owner yet" });
const closed = (page) => page.getByText("shows what it measures to its people alone");
const get = async (path) => (await fetch(`${board.url}/api/v1/${path}`)).status;

test("a board that nobody owns shows its readings, no control, and one thing to do", async () => {
    const { page, complaints } = await openPage(browser, board.url);
    await unclaimed(page).waitFor();
    await page.locator("[data-reading]").first().waitFor();
    await page.locator("[data-output]").first().waitFor();
    for (const role of ["switch", "slider", "combobox"]) assert.equal(await page.getByRole(role).count(), 0);
    assert.deepEqual(await page.getByRole("navigation").getByRole("link").allTextContents(), ["Overview", "Diagnostics", "Settings"]);
    await page.getByRole("link", { name: "Settings" }).click();
    await unclaimed(page).waitFor();
    for (const name of ["People", "Tokens", "Firmware", "Backup", "Restart"]) assert.equal(await region(page, name).count(), 0);
    assert.deepEqual(complaints, []);
});

test("the right code, however it is typed, makes an owner, who goes on at once; the code is gone then", async () => {
    const { page, complaints } = await openPage(browser, board.url);
    const code = setupCode(board);
    const loose = `${code.slice(0, 4).toLowerCase()} ${code.slice(4)}`.replace("0", "o").replace("1", "l");
    await fillClaim(page, loose);
    await page.keyboard.press("Enter");
    await button(page, "Signed in as owner").waitFor();
    await untilLive(page);
    await unclaimed(page).waitFor({ state: "detached" });
    await page.getByRole("switch").first().click();
    await page.getByRole("switch", { checked: true }).waitFor();
    assert.equal(existsSync(join(board.data, "setup-code")), false);
    assert.equal(await get("state"), 401);
    // A stranger's stream ends with the claim: the page may ask once more before it is known as the owner's.
    assert.deepEqual(complaints.filter((text) => !text.includes("401")), []);
    await page.reload();
    await button(page, "Signed in as owner").waitFor();
});

test("a wrong code, a common password, and two that differ are told at their fields, and change nothing", async () => {
    const { page } = await openPage(browser, board.url);
    const code = setupCode(board);
    const other = code.replace(/.$/, (last) => (last === "2" ? "3" : "2"));
    const form = await fillClaim(page, other);
    await button(form, "Become the owner").click();
    await form.getByRole("alert").filter({ hasText: "This is not the code of this board. The board takes 9 more tries." }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "claim-code");
    await fillClaim(page, other, "password");
    await page.keyboard.press("Enter");
    await form.getByRole("alert").filter({ hasText: "tried first" }).waitFor();
    await fillClaim(page, "short", password, `${password}!`);
    await page.keyboard.press("Enter");
    await form.getByRole("alert").filter({ hasText: "has 8 letters and digits" }).waitFor();
    await form.getByRole("alert").filter({ hasText: "not the same password" }).waitFor();
    assert.equal(setupCode(board), code);
    await fillClaim(page, code);
    await page.keyboard.press("Enter");
    await button(page, "Signed in as owner").waitFor();
});

test("a board that has closed its claim says what to press, and is claimed after a restart", async () => {
    const { page } = await openPage(browser, board.url);
    const code = setupCode(board);
    const other = code.replace(/.$/, (last) => (last === "2" ? "3" : "2"));
    const form = await fillClaim(page, other);
    for (let left = 9; left > 0; left -= 1) {
        await button(form, "Become the owner").click();
        await form.getByText(left === 1 ? "takes one more try" : `takes ${left} more tries`).waitFor();
    }
    await button(form, "Become the owner").click(); // the tenth
    await fillClaim(page, code);
    await button(form, "Become the owner").click();
    await form.getByRole("alert").filter({ hasText: "Press its button, or restart it" }).waitFor();
    await board.kill();
    await board.startAgain();
    await untilLive(page);
    await fillClaim(page, setupCode(board));
    await button(form, "Become the owner").click();
    await button(page, "Signed in as owner").waitFor();
});

test("whoever has the board's page open is told that somebody was faster, and asked to sign in", async () => {
    const late = await openPage(browser, board.url);
    await unclaimed(late.page).waitFor();
    await untilLive(late.page);
    await openOwner(browser, board);
    await late.page.getByText("Somebody was faster").waitFor();
    await closed(late.page).waitFor();
    assert.equal(await late.page.locator("[data-reading]").count(), 0);
});

test("whoever is too late with the code is told that, and asked to sign in", async () => {
    const { page } = await openPage(browser, board.url);
    const form = await fillClaim(page, setupCode(board));
    await untilLive(page);
    await page.routeWebSocket("**/stream", () => undefined); // nothing tells the page before the board's answer does
    let claimed;
    await page.route("**/api/v1/claim", async (route) => {
        claimed ??= openOwner(browser, board);
        await claimed;
        await route.continue();
    });
    await button(form, "Become the owner").click();
    await page.getByText("Somebody was faster").waitFor();
});

test("a claim whose answer is lost is not told as somebody else's: its password signs in", async () => {
    const { page } = await openPage(browser, board.url);
    await page.route("**/api/v1/claim", async (route) => {
        await route.fetch();
        await route.abort();
    });
    await fillClaim(page, setupCode(board));
    await page.keyboard.press("Enter");
    await page.getByText("your claim got no answer").waitFor();
    await page.context().clearCookies();
    await signIn(page, "owner");
    await button(page, "Signed in as owner").waitFor();
});

test("an owner signs out, and in again by keyboard alone; a wrong password is told", async () => {
    const { page } = await openOwner(browser, board);
    await button(page, "Signed in as owner").click();
    await button(page, "Sign out").click();
    await closed(page).waitFor();
    assert.equal(await page.locator("[data-reading]").count(), 0);
    assert.equal(await page.getByRole("navigation").getByRole("link").count(), 0);
    await eventually(() => page.evaluate(() => document.activeElement.id), (id) => id === "sign-in-user");
    await page.keyboard.type("owner");
    await page.keyboard.press("Tab");
    await page.keyboard.type("wrong horse battery");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "do not belong together" }).waitFor();
    await eventually(() => page.evaluate(() => document.activeElement.id), (id) => id === "sign-in-password");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await button(page, "Signed in as owner").waitFor();
    await untilLive(page);
});

test("after too many wrong tries the page counts down, and who is signed in goes on", async () => {
    const owner = await openOwner(browser, board);
    const { page } = await openPage(browser, board.url);
    await closed(page).waitFor();
    const again = page.getByRole("button", { name: /^Again in \d+ s$/ });
    await eventually(
        async () => {
            await signIn(page, "owner", "wrong horse battery");
            await page.getByRole("alert").first().waitFor();
            return again.count();
        },
        (count) => count === 1,
        20_000,
    );
    await page.getByText("Too many wrong tries").waitFor();
    const before = await again.textContent();
    await eventually(() => again.textContent(), (now) => now !== before);
    await owner.page.getByRole("switch").first().click();
    await owner.page.getByRole("switch", { checked: true }).waitFor();
});

test("signing out in one tab is noticed in another, and so is signing in", async () => {
    const { page, context } = await openOwner(browser, board);
    const other = await context.newPage();
    await other.goto(board.url);
    await untilLive(other);
    await button(page, "Signed in as owner").click();
    await button(page, "Sign out").click();
    await other.getByRole("dialog", { name: "Sign in" }).waitFor();
    await signIn(page, "owner");
    await button(page, "Signed in as owner").waitFor();
    await other.getByRole("dialog").waitFor({ state: "detached" });
    await untilLive(other);
});

test("a session that ends amid an edit keeps what was typed: sign in over it, and go on", async () => {
    const { page } = await openOwner(browser, board, "#/settings");
    const token = await makeToken(page, "test", "Owner");
    const other = await openSignedIn(browser, board, "owner", password);
    await other.page.goto(`${board.url}/#/settings`);
    const name = page.locator("#name");
    await name.fill("Cellar");
    // Another browser of the same person changes the password: all other sessions end.
    const mine = region(other.page, "You");
    await button(mine, "Change your password…").click();
    for (const label of ["New password", "New password again"]) await mine.getByLabel(label, { exact: true }).fill("another horse");
    await button(mine, "Change").click();
    await mine.getByText("Your password is changed").waitFor();
    assert.equal(await other.page.getByRole("dialog").count(), 0);
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.waitFor();
    assert.equal(await name.inputValue(), "Cellar");
    await eventually(() => page.evaluate(() => document.activeElement.id), (id) => id === "sign-in-password");
    await page.keyboard.type("another horse");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await name.inputValue(), "Cellar");
    await button(page, "Save").click();
    await page.getByText("Saved.").waitFor();
    assert.equal((await ask(board, token, "settings")).body.name, "Cellar");
});

test("an act that finds its session gone is done after the sign-in, without being asked again", async () => {
    const { page, context } = await openOwner(browser, board, "#/settings");
    const token = await makeToken(page, "test", "Owner");
    await page.getByLabel("Name", { exact: true }).fill("Attic");
    await context.clearCookies(); // the stream goes on; the next request has no session
    await button(page, "Save").click();
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    assert.equal((await ask(board, token, "settings")).body.name, "Test bench");
    await signIn(page, "owner");
    await page.getByText("Saved.").waitFor();
    await eventually(() => page.evaluate(() => document.activeElement.textContent), (text) => text === "Save");
    assert.equal((await ask(board, token, "settings")).body.name, "Attic");
});

test("a restart signs everybody out: the page says that, keeps what was typed, and goes on after the sign-in", async () => {
    const { page } = await openOwner(browser, board, "#/settings");
    await page.locator("#name").fill("Cellar");
    await board.kill();
    await board.startAgain();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.getByText("The board has restarted, which signs everybody out.").waitFor();
    await signIn(page, "owner");
    await untilLive(page);
    assert.equal(await page.locator("#name").inputValue(), "Cellar");
    await button(page, "Save").click();
    await page.getByText("Saved.").waitFor();
});

test("a restart by its owner is followed to its end, whoever has to sign in for that", async () => {
    const { page } = await openOwner(browser, board, "#/settings");
    const place = region(page, "Restart");
    await button(place, "Restart the board").click();
    await button(place, "Restart now").click();
    await page.getByRole("dialog", { name: "Sign in" }).getByText("The board has restarted").waitFor();
    await signIn(page, "owner");
    await untilLive(page);
    await place.getByText("The board has restarted.").waitFor();
});
