// The page that sets a board up, in a real browser, against the real server, joiner and portal; only the radio is
// played (setup_board.cpp).
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { openPage, startBoard, startBrowser, startProgram } from "./support.mjs";

let browser;
let board;
let page;
let context;
let complaints;

before(async () => {
    browser = await startBrowser();
});
after(async () => browser?.close());

/** A board that knows no network yet, and a phone that was led to its page. */
beforeEach(async () => {
    board = await startProgram(process.env.BOARDWALK_SETUP_BOARD);
    const size = { viewport: { width: 390, height: 844 }, hasTouch: true };
    ({ page, context, complaints } = await openPage(browser, `${board.url}/generate_204`, size));
    const { stop } = board;
    board.end = async () => {
        await context.close();
        await stop();
    };
});

const said = () => page.getByRole("status");
const network = () => page.getByLabel("Network", { exact: true });
const password = () => page.getByLabel("Password of the network");
const saidSoon = (text) => said().filter({ hasText: text }).waitFor({ timeout: 8_000 });

/** Each test ends its own board, whatever became of it. */
function setup(name, body) {
    test(name, async () => {
        try {
            await body();
        } finally {
            await board.end();
        }
    });
}

setup("a phone is led to the page, which lists what the radio hears and says that it is played", async () => {
    assert.equal(page.url(), `${board.url}/setup.html`);
    await saidSoon("made up");
    assert.deepEqual(await network().locator("option").allTextContents(), [
        "Attic (strong)",
        "Café (good, no password)",
        "Far away (weak)",
        "Another network…",
    ]);
    assert.deepEqual(complaints, []);
});

setup("a wrong password is said, the right one joins, and the board tells its address there", async () => {
    await saidSoon("made up");
    await network().selectOption("Attic");
    await password().fill("wrong horse");
    await page.keyboard.press("Enter");
    await saidSoon("found “Attic”, which did not take the password");
    assert.equal(await password().evaluate((field) => field === document.activeElement), true);
    assert.equal(await password().getAttribute("aria-invalid"), "true");

    await password().fill("correct horse");
    await page.getByRole("button", { name: "Join" }).click();
    await saidSoon("The board is in “Attic” now");
    assert.equal(await said().getByRole("link").getAttribute("href"), "http://192.168.1.50/");
    assert.equal(await page.locator("form").isVisible(), false);

    // From here on the owner's network could reach the board: it is led nowhere, and may not send it elsewhere.
    const probe = await context.request.get(`${board.url}/generate_204`, { maxRedirects: 0 });
    assert.equal(probe.status(), 404);
    const data = { wifi: { ssid: "Café" } };
    const headers = { "Content-Type": "application/merge-patch+json" };
    const patch = await context.request.patch(`${board.url}/api/v1/settings`, { data, headers });
    assert.equal(patch.status(), 403);
    await page.reload();
    await saidSoon("This board is set up: it is in “Attic”");
    assert.deepEqual(complaints, []);
});

setup("a network that is out of reach is said, and an open one asks for no password", async () => {
    await saidSoon("made up");
    await network().selectOption("Far away");
    await password().fill("correct horse");
    await page.getByRole("button", { name: "Join" }).click();
    await saidSoon("did not find “Far away”");
    await network().selectOption("Café");
    assert.equal(await password().isVisible(), false);
    await page.getByRole("button", { name: "Join" }).click();
    await saidSoon("The board is in “Café” now");
});

setup("all of it works by keyboard: a name is typed, a password shown, a refusal points to its field", async () => {
    await saidSoon("made up");
    await network().selectOption({ label: "Another network…" });
    await network().focus();
    await page.keyboard.press("Tab"); // Look again
    await page.keyboard.press("Tab");
    await page.keyboard.type("Attic");
    await page.keyboard.press("Tab");
    await page.keyboard.type("short");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    assert.equal(await password().getAttribute("type"), "text");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await saidSoon("The password");
    assert.equal(await password().evaluate((field) => field === document.activeElement), true);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("correct horse");
    await page.keyboard.press("Enter");
    await saidSoon("The board is in “Attic” now");
});

setup("a phone that loses the board in its new network's channel is told where to look", async () => {
    await saidSoon("made up");
    await network().selectOption("Attic");
    await password().fill("correct horse");
    await page.route("**/api/v1/wifi", (route) => route.abort());
    await page.getByRole("button", { name: "Join" }).click();
    await saidSoon("This device lost the board");
    assert.match(await said().getByRole("link").getAttribute("href"), /^http:\/\/boardwalk-[0-9a-f]{12}\.local\/$/);
});

test("a board without a radio says so and asks for nothing", async () => {
    await board.end();
    const plain = await startBoard();
    const opened = await openPage(browser, `${plain.url}/setup.html`);
    try {
        await opened.page.getByRole("status").filter({ hasText: "no Wi-Fi to set up" }).waitFor();
        assert.equal(await opened.page.locator("form").isVisible(), false);
        assert.equal(await opened.page.getByText("Looking for networks").isVisible(), false);
    } finally {
        await opened.context.close();
        await plain.stop();
    }
});
