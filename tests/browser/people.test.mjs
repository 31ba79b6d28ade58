// People, tokens, and what each sees, in real browsers against the real board.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { addPerson, ask, button, makeToken, openOwner, openSignedIn, password, region, signIn } from "./owner.mjs";
import { eventually, openPage, startUnclaimedBoard, startBrowser, untilLive } from "./support.mjs";

let browser;
let board;
let owner;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());
beforeEach(async () => {
    board = await startUnclaimedBoard();
    owner = (await openOwner(browser, board, "#/settings")).page;
});
afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await board.stop();
});

const links = (page) => page.getByRole("navigation").getByRole("link").allTextContents();
const closed = (page) => page.getByText("shows what it measures to its people alone");

test("a viewer sees readings and outputs, and no control, log or card that would fail", async () => {
    await addPerson(owner, "Anna", "Viewer");
    const { page, complaints } = await openSignedIn(browser, board, "Anna");
    await page.locator("[data-output]").first().waitFor();
    for (const role of ["switch", "slider", "combobox"]) assert.equal(await page.getByRole(role).count(), 0);
    assert.equal(await button(page, "Press").count(), 0);
    assert.deepEqual(await links(page), ["Overview", "Diagnostics", "Settings"]);
    await page.getByRole("link", { name: "Settings" }).click();
    await region(page, "You").waitFor();
    for (const name of ["People", "Tokens", "Firmware", "Backup", "Restart"]) assert.equal(await region(page, name).count(), 0);
    await page.goto(`${board.url}/#/log`);
    await page.getByText("for an operator of this board").waitFor();
    assert.deepEqual(complaints.filter((text) => !/401|HTTP Authentication failed/.test(text)), []); // before Anna signed in
});

test("an operator switches outputs and reads the log, and no more", async () => {
    await addPerson(owner, "Ben", "Operator");
    const { page } = await openSignedIn(browser, board, "Ben");
    await page.getByRole("switch").first().click();
    await page.getByRole("switch", { checked: true }).waitFor();
    assert.deepEqual(await links(page), ["Overview", "Diagnostics", "Log", "Settings"]);
    await page.getByRole("link", { name: "Log" }).click();
    await page.locator("[data-level]").first().waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    assert.equal(await region(page, "People").count(), 0);
});

test("who is removed is signed out at once, and cannot come back", async () => {
    await addPerson(owner, "Anna", "Viewer");
    const { page } = await openSignedIn(browser, board, "Anna");
    await button(owner, "Remove Anna").click();
    await button(owner, "Cancel").click();
    assert.equal(await page.getByRole("dialog").count(), 0);
    await button(owner, "Remove Anna").click();
    await button(owner, "Remove Anna").click();
    await region(owner, "People").getByText("Anna is removed.").waitFor();
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await signIn(page, "Anna");
    await page.getByRole("alert").filter({ hasText: "do not belong together" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Sign in to see what is measured now.").waitFor();
});

test("another role and password are given at once, and end the sessions of before", async () => {
    await addPerson(owner, "Anna", "Viewer");
    const { page } = await openSignedIn(browser, board, "Anna");
    await button(owner, "Change Anna").click();
    const form = owner.getByRole("form", { name: "Change Anna" });
    await form.getByText("Operator", { exact: true }).click();
    for (const label of ["New password", "New password again"]) await form.getByLabel(label, { exact: true }).fill("four other words");
    await button(form, "Save").click();
    await region(owner, "People").getByText("Anna has a new password.").waitFor();
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await signIn(page, "Anna", "four other words");
    await page.getByRole("switch").first().waitFor();
});

test("the last owner stays, and a fifth person has no place", async () => {
    await button(owner, "Remove owner").click();
    await button(owner, "Remove owner").click();
    await region(owner, "People").getByRole("alert").filter({ hasText: "at least one owner" }).waitFor();
    await button(owner, "Cancel").click();
    for (const name of ["Anna", "Ben", "Åse Ø. 中"]) await addPerson(owner, name, "Viewer");
    await owner.getByText("4 people at most").waitFor();
    assert.equal(await button(owner, "Add somebody…").count(), 0);
    await openSignedIn(browser, board, "Åse Ø. 中", password);
});

test("a name that is taken, or that no name can be, is told at its field", async () => {
    const people = region(owner, "People");
    await button(people, "Add somebody…").click();
    const form = owner.getByRole("form", { name: "Add somebody" });
    for (const label of ["Password", "Password again"]) await form.getByLabel(label, { exact: true }).fill(password);
    const name = form.getByLabel("Name", { exact: true });
    for (const [typed, told] of [["owner", "of this name already"], ["", "Type a name"], ["a\u202eb", "No name can be like this"], ["x".repeat(64), "No name can be like this"]]) {
        await name.fill(typed);
        await button(form, "Add").click();
        await form.getByRole("alert").filter({ hasText: told }).waitFor();
        assert.equal(await name.getAttribute("aria-invalid"), "true");
    }
});

test("a token is shown once, works for a program, and ends with its removal", async () => {
    const token = await makeToken(owner, "Prometheus", "Viewer");
    assert.match(token, /^[\w-]{32,}$/);
    await button(owner, "Copy").click();
    await owner.getByText(/^(Copied|Selected)/).waitFor();
    assert.equal((await ask(board, token, "state")).status, 200);
    assert.equal((await ask(board, token, "logs?since=0")).status, 403);
    await button(owner, "Done").click();
    await owner.reload();
    await region(owner, "Tokens").getByText("Prometheus").first().waitFor();
    assert.equal(await owner.locator("#made-token").count(), 0);
    assert.equal((await owner.content()).includes(token), false);
    await button(owner, "Remove Prometheus").click();
    await button(owner, "Remove Prometheus").click();
    await owner.getByText("is removed: what used it is signed out").waitFor();
    assert.equal((await ask(board, token, "state")).status, 401);
});

test("a fifth token has no place", async () => {
    for (const name of ["one", "two", "three", "four"]) await makeToken(owner, name, "Viewer");
    await owner.getByText("4 tokens at most").waitFor();
    assert.equal(await button(owner, "Make a token…").count(), 0);
});

test("a stranger sees what the owner opened, and nothing while it is closed", async () => {
    const { page } = await openPage(browser, board.url);
    await closed(page).waitFor();
    assert.equal(await page.locator("[data-reading]").count(), 0);
    await owner.getByText("Everything", { exact: true }).click();
    await button(owner, "Save").click();
    await owner.getByText("Saved.").waitFor();
    await page.reload();
    await untilLive(page);
    await page.locator("[data-reading]").first().waitFor();
    assert.equal(await page.getByRole("switch").count(), 0);
    assert.deepEqual(await links(page), ["Overview", "Diagnostics", "Settings"]);
    await button(page, "Sign in").click();
    await signIn(page, "owner");
    await page.getByRole("switch").first().waitFor();
    await eventually(() => links(page), (now) => now.includes("Log"));
});
