// A real browser in which the name of another site leads to the board: what DNS rebinding ends in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBoard, startBrowser } from "./support.mjs";

let board;
let browser;
let port;

before(async () => {
    board = await startBoard();
    port = new URL(board.url).port;
    browser = await startBrowser({}, "--host-resolver-rules=MAP evil.example 127.0.0.1");
});
after(async () => {
    await browser?.close();
    await board?.stop();
});

/** What a script of the page gets from the board that it takes for its own. */
const askFrom = (page) =>
    page.evaluate(async () => {
        const told = {};
        const ask = async (name, path, options) => {
            const answer = await fetch(path, options);
            told[name] = { status: answer.status, text: await answer.text() };
        };
        const json = { "Content-Type": "application/json" };
        await ask("state", "/api/v1/state");
        await ask("backup", "/api/v1/settings/backup");
        await ask("output", "/api/v1/outputs/lamp", { method: "PUT", body: '{"value":true}', headers: json });
        await ask("firmware", "/api/v1/firmware", { method: "PUT", body: new Uint8Array(5_000) });
        await ask("restart", "/api/v1/restart", { method: "POST" });
        told.stream = await new Promise((resolve) => {
            const socket = new WebSocket(`ws://${location.host}/api/v1/stream`);
            socket.onopen = () => resolve("open");
            socket.onerror = () => resolve("refused");
        });
        return told;
    });

for (const colorScheme of ["light", "dark"]) {
    test(`a page of another site that leads here is refused, and a person can read why (${colorScheme})`, async () => {
        const { page, context } = await openPage(browser, "about:blank", { colorScheme });
        const answer = await page.goto(`http://evil.example:${port}/`);
        assert.equal(answer.status(), 421);
        const text = await page.locator("body").innerText();
        for (const word of ["evil.example", "security.hosts", "--host"])
            assert.ok(text.includes(word), `${word} in ${text}`);
        const lightness = await page.evaluate(() => {
            const grey = (color) => Number(/\d+/.exec(color)[0]);
            return { text: grey(getComputedStyle(document.body).color), scheme: matchMedia("(prefers-color-scheme: dark)").matches };
        });
        assert.equal(lightness.text > 127, lightness.scheme, "light text on dark, dark text on light");

        const told = await askFrom(page);
        for (const name of ["state", "backup", "output", "firmware", "restart"]) {
            assert.equal(told[name].status, 421, name);
            assert.ok(told[name].text.includes("unknown_host"), told[name].text);
        }
        assert.equal(told.stream, "refused");
        await context.close();
    });
}

test("the board's own page, also by a name below localhost, gets all of it", async () => {
    for (const host of ["127.0.0.1", "localhost", "kitchen.localhost"]) {
        const { page, context, complaints } = await openPage(browser, "about:blank");
        const url = `http://${host}:${port}/`;
        await context.addCookies([{ ...board.cookie, url }]);
        await page.goto(url);
        const told = await page.evaluate(async () => {
            const output = await fetch("/api/v1/outputs/lamp", {
                method: "PUT",
                body: '{"value":true}',
                headers: { "Content-Type": "application/json" },
            });
            return output.status;
        });
        assert.equal(told, 200, host);
        assert.deepEqual(complaints, [], host);
        await context.close();
    }
});

test("a path that a person types leads home", async () => {
    const { page, context } = await openPage(browser, "about:blank");
    const answer = await page.goto(`${board.url}/settings`);
    assert.equal(answer.status(), 404);
    await page.getByRole("link").click();
    assert.equal(page.url(), `${board.url}/`);
    await context.close();
});
