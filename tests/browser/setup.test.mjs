// The page that sets a board up, in a real browser, against the real server, joiner and portal; only the radio is
// played (setup_board.cpp).
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { password as ownPassword } from "./owner.mjs";
import { openPage, startBrowser, startProgram, startUnclaimedBoard } from "./support.mjs";

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

/** The first thing that the page asks for: an owner. */
async function become(code, secret = ownPassword) {
    await page.getByLabel("Set-up code").fill(code ?? (await board.setupCode()));
    await page.getByLabel("Your password", { exact: true }).fill(secret);
    await page.keyboard.press("Enter");
}

async function becomeOwner() {
    await saidSoon("This board has no owner yet");
    await become();
    await saidSoon("made up");
}

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
    await becomeOwner();
    assert.deepEqual(await network().locator("option").allTextContents(), [
        "Attic (strong)",
        "Café (good, no password)",
        "Far away (weak)",
        "Another network…",
    ]);
    assert.deepEqual(complaints.filter((text) => !text.includes("403")), []); // what a board without an owner refuses
});

setup("a board that nobody owns gets an owner before its network, by its code alone", async () => {
    await saidSoon("This board has no owner yet");
    assert.equal(await network().isVisible(), false);
    const code = await board.setupCode();
    await become("none");
    await saidSoon("has 8 letters and digits");
    await become(code.replace(/.$/, (last) => (last === "2" ? "3" : "2")));
    await saidSoon("This is not the code of this board. The board takes 9 more.");
    assert.equal(await page.evaluate(() => document.activeElement.id), "code");
    await become(code, "password");
    await saidSoon("tried first");
    await become(code.toLowerCase());
    await saidSoon("made up");
    assert.equal(await network().isVisible(), true);
});

setup("another network of a board that has an owner takes that owner's sign-in", async () => {
    await becomeOwner();
    const later = await openPage(browser, `${board.url}/setup.html`, { stranger: true });
    const told = (text) => later.page.getByRole("status").filter({ hasText: text }).waitFor({ timeout: 8_000 });
    await told("Sign in to choose its network");
    assert.equal(await later.page.getByLabel("Set-up code").isVisible(), false);
    await later.page.getByLabel("Your name").fill("owner");
    for (const [secret, then] of [["wrong horse battery", "do not belong together"], [ownPassword, "made up"]]) {
        await later.page.getByLabel("Your password", { exact: true }).fill(secret);
        await later.page.keyboard.press("Enter");
        await told(then);
    }
    await later.context.close();
});

setup("a wrong password is said, the right one joins, and the board tells its address there", async () => {
    await becomeOwner();
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
    assert.equal(await page.locator("#wifi").isVisible(), false);

    // From here on the owner's network could reach the board: it is led nowhere, and may not send it elsewhere.
    const probe = await context.request.get(`${board.url}/generate_204`, { maxRedirects: 0 });
    assert.equal(probe.status(), 404);
    const body = JSON.stringify({ wifi: { ssid: "Café" } });
    const headers = { "Content-Type": "application/merge-patch+json" };
    const patch = await fetch(`${board.url}/api/v1/settings`, { method: "PATCH", body, headers });
    assert.equal(patch.status, 401);
    await page.reload();
    await saidSoon("This board is set up: it is in “Attic”");
});

setup("a network that is out of reach is said, and an open one asks for no password", async () => {
    await becomeOwner();
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
    await becomeOwner();
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
    await becomeOwner();
    await network().selectOption("Attic");
    await password().fill("correct horse");
    await page.route("**/api/v1/wifi", (route) => route.abort());
    await page.getByRole("button", { name: "Join" }).click();
    await saidSoon("This device lost the board");
    assert.match(await said().getByRole("link").getAttribute("href"), /^http:\/\/boardwalk-[0-9a-f]{12}\.local\/$/);
});

test("a board without a radio says so once it has an owner, and asks for nothing else", async () => {
    await board.end();
    const plain = await startUnclaimedBoard();
    const opened = await openPage(browser, `${plain.url}/setup.html`, { stranger: true });
    try {
        await opened.page.getByLabel("Set-up code").fill(await plain.setupCode());
        await opened.page.getByLabel("Your password", { exact: true }).fill(ownPassword);
        await opened.page.keyboard.press("Enter");
        await opened.page.getByRole("status").filter({ hasText: "no Wi-Fi to set up" }).waitFor();
        for (const form of await opened.page.locator("form").all()) assert.equal(await form.isVisible(), false);
        assert.equal(await opened.page.getByText("Looking for networks").isVisible(), false);
    } finally {
        await opened.context.close();
        await plain.stop();
    }
});
