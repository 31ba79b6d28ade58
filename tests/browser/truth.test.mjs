// What the page says stays true whatever the network loses and other clients do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { untilAfterRestart } from "./owner.mjs";
import { eventually, openPage, startBoard, startBrowser, startProxy, titled, untilLive } from "./support.mjs";

let board;
let browser;

before(async () => {
    board = await startBoard();
    browser = await startBrowser();
});

after(async () => {
    await browser?.close();
    await board?.stop();
});

const ask = async (path) => (await board.fetch(`/api/v1/${path}`)).json();
const patch = (body) =>
    board.fetch("/api/v1/settings", {
        method: "PATCH",
        headers: { "Content-Type": "application/merge-patch+json" },
        body: JSON.stringify(body),
    });

async function withPage(path, use, url = `${board.url}/`) {
    const { page, context } = await openPage(browser, `${url}${path}`);
    try {
        await untilLive(page);
        await use(page);
    } finally {
        await context.close();
    }
}

test("a rename by another client reaches heading, title and form", async () => {
    await withPage("#/settings", async (page) => {
        const name = page.getByLabel("Name", { exact: true });
        await eventually(
            () => name.inputValue(),
            (value) => value === "Test bench",
        );
        await patch({ name: "Renamed elsewhere" });
        await page.getByRole("heading", { level: 1, name: "Renamed elsewhere" }).waitFor();
        await titled(page, "Settings – Renamed elsewhere");
        assert.equal(await name.inputValue(), "Renamed elsewhere");
        await patch({ name: "Test bench" });
    });
});

test("what is typed outlives another client's change and a look at another page, and both are stored", async () => {
    await withPage("#/settings", async (page) => {
        const name = page.getByLabel("Name", { exact: true });
        await eventually(
            () => name.inputValue(),
            (value) => value === "Test bench",
        );
        await name.fill("Typed");
        await patch({ telemetry: { period_ms: 700 } });
        await eventually(
            () => page.getByLabel("Telemetry period").inputValue(),
            (value) => value === "700",
        );
        await page.getByRole("link", { name: "Log" }).click();
        await page.getByRole("link", { name: "Settings" }).click();
        assert.equal(await name.inputValue(), "Typed");
        const save = page.getByRole("button", { name: "Save", exact: true });
        await save.focus();
        await page.keyboard.press("Enter");
        await page.getByText("Saved.").waitFor();
        assert.ok(await save.evaluate((one) => one === document.activeElement), "the keyboard's place is kept");
        const { name: stored, telemetry } = await ask("settings");
        assert.deepEqual([stored, telemetry.period_ms], ["Typed", 700]);
        await patch({ name: "Test bench", telemetry: { period_ms: 1000 } });
    });
});

test("an answer to Save that is lost is found out, and is no change by somebody else", async () => {
    let lost = 0;
    const onAnswer = (request) => request.method !== "PATCH" || ++lost > 1;
    const proxy = await startProxy(board, "/", { onAnswer });
    try {
        await withPage(
            "#/settings",
            async (page) => {
                const name = page.getByLabel("Name", { exact: true });
                await eventually(
                    () => name.inputValue(),
                    (value) => value === "Test bench",
                );
                await name.fill("Garden");
                await page.getByRole("button", { name: "Save", exact: true }).click();
                await page.getByText("Saved.").waitFor();
                assert.ok(lost >= 1);
                assert.equal(await page.getByText("another client").count(), 0);
                assert.equal((await ask("settings")).name, "Garden");
            },
            proxy.url,
        );
    } finally {
        await proxy.stop();
        await patch({ name: "Test bench" });
    }
});

test("a switch whose answer was lost is not said to be unchanged, and shows what the board says next", async () => {
    const { id, name, value } = (await ask("state")).outputs.find((one) => one.kind === "switch");
    const proxy = await startProxy(board, "/", { onAnswer: (request) => request.method !== "PUT" });
    try {
        await withPage(
            "",
            async (page) => {
                const toggle = page.getByRole("switch", { name });
                await toggle.click();
                await eventually(
                    async () => (await ask("state")).outputs.find((one) => one.id === id).value,
                    (now) => now === !value,
                );
                await eventually(
                    () => toggle.getAttribute("aria-checked"),
                    (now) => now === String(!value),
                );
                await eventually(
                    () => page.getByRole("alert").count(),
                    (count) => count === 0,
                );
                assert.equal(await page.getByText("was not changed").count(), 0);
            },
            proxy.url,
        );
    } finally {
        await proxy.stop();
    }
});

test("after a restart into firmware with another page the open one offers to load that", async () => {
    const restarted = await startBoard();
    const { page, context } = await openPage(browser, restarted.url);
    try {
        await untilLive(page);
        const { boot_id } = await (await restarted.fetch("/api/v1/info")).json();
        const loads = [];
        page.on("request", (request) => loads.push(new URL(request.url()).pathname));
        let other = false;
        await page.route(`${restarted.url}/`, async (route) => {
            if (!other) return route.continue();
            const body = (await (await route.fetch()).text()).replace(/index-[\w-]+\.js/, "index-other.js");
            await route.fulfill({ contentType: "text/html", body });
        });
        const restart = async () => {
            const before = (await (await restarted.fetch("/api/v1/info")).json()).boot_id;
            await restarted.fetch("/api/v1/restart", { method: "POST" });
            const now = async () => (await (await restarted.fetch("/api/v1/info")).json()).boot_id;
            await eventually(
                () => now().catch(() => before),
                (id) => id !== before,
                30_000,
            );
        };
        await restart();
        await untilAfterRestart(page, page.locator('[data-testid="link"][data-link="live"]'));
        await eventually(
            () => loads.filter((path) => path === "/").length,
            (count) => count === 1,
            30_000,
        );
        await untilLive(page);
        assert.equal(await page.getByText("This board runs other firmware now").count(), 0);
        assert.notEqual((await (await restarted.fetch("/api/v1/info")).json()).boot_id, boot_id);
        other = true;
        await restart();
        await untilAfterRestart(page, page.getByText("This board runs other firmware now"));
        other = false;
        await page.getByRole("button", { name: "Load the new page" }).click();
        await untilLive(page);
        assert.equal(await page.getByText("This board runs other firmware now").count(), 0);
    } finally {
        await context.close();
        await restarted.stop();
    }
});

test("a restart by keyboard keeps the keyboard's place", async () => {
    const restarted = await startBoard();
    const { page, context } = await openPage(browser, `${restarted.url}/#/settings`);
    try {
        await untilLive(page);
        const place = page.getByRole("region", { name: "Restart" });
        const isIn = () => place.evaluate((part) => part.contains(document.activeElement));
        await place.getByRole("button", { name: "Restart the board" }).press("Enter");
        await place.getByRole("button", { name: "Cancel" }).waitFor();
        await eventually(isIn, (now) => now);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.getByRole("dialog", { name: "Sign in" }).waitFor();
        await untilAfterRestart(page, place.getByText("The board has restarted."));
        await eventually(isIn, (now) => now);
    } finally {
        await context.close();
        await restarted.stop();
    }
});
