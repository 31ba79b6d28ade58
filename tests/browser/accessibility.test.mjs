// axe-core's rules on every page, in every state that a page has, in both themes, on a small and on a large screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { openPage, startBoard, startBrowser, startProgram, untilLive } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const looks = [
    { colorScheme: "light", viewport: { width: 1280, height: 800 } },
    { colorScheme: "dark", viewport: { width: 320, height: 640 } },
];

let board;
let browser;

before(async () => {
    board = await startBoard();
    browser = await startBrowser();
});

after(async () => {
    board?.signal("SIGCONT");
    await browser?.close();
    await board?.stop();
});

/** What axe finds, one line each; and that the page is no wider than the screen. */
async function faults(page) {
    await page.evaluate(`${axe};undefined`);
    const { violations } = await page.evaluate(() =>
        window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    const found = violations
        .filter(({ impact }) => impact === "serious" || impact === "critical" || impact === "moderate")
        .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html}`);
    const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (wide > screen) found.push(`${wide} px wide on a screen of ${screen}`);
    return found;
}

async function onEachLook(url, use) {
    for (const look of looks) {
        const { page, context } = await openPage(browser, url, look);
        try {
            await use(page, async (state) => assert.deepEqual(await faults(page), [], `${state}, ${look.colorScheme}`));
        } finally {
            await context.close();
        }
    }
}

for (const [path, ready] of [
    ["", ".uplot canvas"],
    ["#/diagnostics", "[data-slot]"],
    ["#/log", "[data-level]"],
    ["#/settings", "section[aria-label=Firmware] b"],
]) {
    test(`/${path} has no fault that axe knows, live or lost`, async () => {
        await onEachLook(`${board.url}/${path}`, async (page, check) => {
            await untilLive(page);
            await page.locator(ready).first().waitFor();
            await check("live");
            if (path !== "") return;
            // The banner takes several tries: once is enough.
            const states = page.viewportSize().width < 600 ? ["reconnecting", "offline"] : ["reconnecting"];
            board.signal("SIGSTOP");
            try {
                for (const state of states) {
                    const link = page.locator(`[data-testid="link"][data-link="${state}"]`);
                    await link.waitFor({ timeout: 60_000 });
                    await check(state);
                }
            } finally {
                board.signal("SIGCONT");
            }
        });
    });
}

test("forms with a refused value, a question and a chosen file have no fault that axe knows", async () => {
    await onEachLook(`${board.url}/#/settings`, async (page, check) => {
        await untilLive(page);
        await page.getByLabel("Telemetry period").fill("5");
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.locator('#period[aria-invalid="true"]').waitFor();
        await page.getByRole("button", { name: "Restart the board" }).click();
        const backup = page.getByRole("region", { name: "Backup" });
        const file = { name: "backup.json", mimeType: "application/json", buffer: Buffer.from("no") };
        await backup.locator("input[type=file]").setInputFiles(file);
        await backup.getByRole("button", { name: "Restore" }).click();
        await backup.getByRole("alert").waitFor();
        await check("in the middle of things");
    });
});

test("the page of set-up has no fault that axe knows", async () => {
    const setup = await startProgram(process.env.BOARDWALK_SETUP_BOARD);
    try {
        await onEachLook(`${setup.url}/setup.html`, async (page, check) => {
            await page.getByRole("status").filter({ hasText: "made up" }).waitFor();
            await check("networks found");
        });
    } finally {
        await setup.stop();
    }
});
