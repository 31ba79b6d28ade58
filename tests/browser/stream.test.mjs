// When the page has a place on the board's stream, and when it leaves it to others.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { eventually, openPage, startBoard, startBrowser, startProxy, untilLive } from "./support.mjs";

let board;
let browser;
let elsewhere;

before(async () => {
    board = await startBoard();
    // Playwright turns the back/forward cache off; people have it on.
    browser = await startBrowser({ ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    elsewhere = createServer((_, response) => {
        response.setHeader("Content-Type", "text/html");
        response.end("<title>Elsewhere</title>another site");
    });
    await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
});

after(async () => {
    await browser?.close();
    await board?.stop();
    elsewhere?.close();
});

const link = (page) => page.getByTestId("link").getAttribute("data-link");
const taken = async () => (await (await board.fetch("/api/v1/diagnostics")).json()).connections.websocket;

test("a visitor who goes on to another site leaves no ghost on the board's stream, and Back is live again", async () => {
    const { page, context } = await openPage(browser, board.url);
    try {
        for (let visit = 0; visit < 3; visit += 1) {
            await untilLive(page);
            assert.equal(await taken(), 1);
            await page.goto(`http://localhost:${elsewhere.address().port}/`);
            await eventually(taken, (count) => count === 0);
            await page.goBack({ waitUntil: "commit" });
        }
        await untilLive(page);
    } finally {
        await context.close();
    }
});

test("a board that hangs looks dead all over, and live once it answers", async () => {
    const { page, context } = await openPage(browser, board.url);
    try {
        await untilLive(page);
        const marks = () =>
            page.locator("[data-reading] [data-mark]").evaluateAll((all) => all.map((mark) => mark.dataset.mark));
        assert.ok((await marks()).includes("good"));
        board.signal("SIGSTOP");
        await eventually(
            () => link(page),
            (now) => now !== "live",
        );
        assert.ok(!(await marks()).includes("good"), "no tile says that its value is live");
        assert.ok(await page.getByRole("switch").first().isDisabled());
        await eventually(
            () => page.getByRole("alert").allTextContents(),
            (texts) => texts.some((text) => /cannot be reached.*What you see is of \d\d:\d\d:\d\d/s.test(text)),
            30_000,
        );
        board.signal("SIGCONT");
        await untilLive(page);
        await eventually(marks, (now) => now.includes("good"));
        assert.ok(await page.getByRole("switch").first().isEnabled());
    } finally {
        board.signal("SIGCONT");
        await context.close();
    }
});

test("the keyboard's place at a switch is there again when the board is", async () => {
    const { page, context } = await openPage(browser, board.url);
    try {
        await untilLive(page);
        const isFocused = () => page.getByRole("switch").first().evaluate((one) => one === document.activeElement);
        await page.getByRole("switch").first().focus();
        board.signal("SIGSTOP");
        await eventually(
            () => page.getByRole("switch").first().isDisabled(),
            (now) => now,
        );
        board.signal("SIGCONT");
        await untilLive(page);
        await eventually(isFocused, (now) => now);
    } finally {
        board.signal("SIGCONT");
        await context.close();
    }
});

test("below a path of a proxy the page, its history, its stream and its downloads are there", async () => {
    const proxy = await startProxy(board, "/boards/kitchen/");
    const { page, context, complaints } = await openPage(browser, proxy.url, { acceptDownloads: true });
    try {
        await untilLive(page);
        await page.locator(".uplot canvas").first().waitFor();
        await page.goto(`${proxy.url}#/settings`);
        const downloads = page.waitForEvent("download");
        await page.getByRole("link", { name: "Save a backup" }).click();
        assert.equal(await (await downloads).failure(), null);
        assert.deepEqual(complaints, []);
        await page.goto(`${proxy.url}setup.html`);
        await page.getByRole("status").filter({ hasText: "no Wi-Fi to set up" }).waitFor();
        assert.equal(await page.getByRole("link").evaluate((one) => one.href), proxy.url);
    } finally {
        await context.close();
        await proxy.stop();
    }
});

test("behind a proxy that passes no WebSockets on the page polls, and does not say that all streams are taken", async () => {
    const proxy = await startProxy(board, "/", { websockets: false });
    const { page, context } = await openPage(browser, proxy.url);
    try {
        await page.getByText("The live stream does not reach this page").waitFor();
        assert.equal(await page.getByText("All live streams").count(), 0);
        const seen = () => page.locator("[data-reading] [data-testid=value]").allTextContents();
        const first = await eventually(seen, (values) => values.length >= 3);
        await eventually(seen, (now) => now.join() !== first.join());
    } finally {
        await context.close();
        await proxy.stop();
    }
});
