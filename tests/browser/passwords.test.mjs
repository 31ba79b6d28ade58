// The passwords of shared/sign_in through the page, in a real browser against the real board.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { addPerson, button, openOwner, region, signIn } from "./owner.mjs";
import { startBrowser, startUnclaimedBoard } from "./support.mjs";

const sharedPasswords = JSON.parse(readFileSync(new URL("../../shared/sign_in/passwords.json", import.meta.url), "utf8"));
let browser;
let board;
before(async () => {
    browser = await startBrowser();
    board = await startUnclaimedBoard();
});
after(async () => {
    await browser?.close();
    await board?.stop();
});

test("each password that the rule takes signs in, in either spelling; none that it refuses is sent", async () => {
    const { page } = await openOwner(browser, board, "#/settings");
    await addPerson(page, "Anna", "Viewer");
    const people = region(page, "People");
    const guest = await browser.newContext();
    for (const { name, password: typed, normalized } of sharedPasswords.taken) {
        await button(people, "Change Anna").click();
        const form = page.getByRole("form", { name: "Change Anna" });
        await form.getByLabel("New password", { exact: true }).fill(typed);
        await form.getByLabel("New password again", { exact: true }).fill(normalized);
        await button(form, "Save").click();
        await people.getByText("Anna has a new password.").waitFor();
        await guest.clearCookies();
        const visit = await guest.newPage();
        await visit.goto(board.url);
        await signIn(visit, "Anna", normalized.normalize("NFD"));
        await button(visit, "Signed in as Anna").waitFor({ timeout: 8_000 }).catch(() => assert.fail(name));
        await visit.close();
    }
    let sent = 0;
    await page.route("**/api/v1/users/*", (route) => ((sent += 1), route.abort()));
    await button(people, "Change Anna").click();
    const form = page.getByRole("form", { name: "Change Anna" });
    for (const { name, password: typed } of sharedPasswords.refused) {
        for (const label of ["New password", "New password again"]) await form.getByLabel(label, { exact: true }).fill(typed);
        await button(form, "Save").click();
        assert.equal(await form.getByLabel("New password", { exact: true }).getAttribute("aria-invalid"), "true", name);
    }
    assert.equal(sent, 0);
});
