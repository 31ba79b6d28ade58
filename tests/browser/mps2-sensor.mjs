// The bare-metal board through a real browser: its emulated sensor is seen on the page. `node --test` finds
// *.test.mjs by itself; this one is named where BOARDWALK_BOARD is scripts/run-mps2.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { eventually, openPage, startBoard, startBrowser, titled } from "./support.mjs";

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

/** Heats the sensor by QEMU's monitor (QMP). */
function heat(celsius) {
    const commands = [
        { execute: "qmp_capabilities" },
        {
            execute: "qom-set",
            arguments: {
                path: "/machine/peripheral/t0",
                property: "temperature",
                value: Math.round(celsius * 1000),
            },
        },
    ];
    return new Promise((resolve, reject) => {
        const monitor = connect(`${board.data}/qmp`);
        let heard = "";
        monitor.on("error", reject);
        monitor.setEncoding("utf8").on("data", (text) => {
            heard += text;
            const answers = heard.split("\n").filter((line) => line.includes('"return"'));
            if (answers.length < commands.length) return;
            monitor.end();
            resolve();
        });
        for (const command of commands) monitor.write(`${JSON.stringify(command)}\n`);
    });
}

test("what the sensor measures changes on the page, live, and nothing complains", async () => {
    const { page, context, complaints } = await openPage(browser, `${board.url}/`);
    try {
        await page.locator('[data-testid="link"][data-link="live"]').waitFor();
        await titled(page, "Test bench");
        const shown = () => page.locator('[data-reading="sensor"] [data-testid=value]').textContent();
        for (const celsius of [23.5, -7.25]) {
            await heat(celsius);
            const sign = celsius < 0 ? "[-−]" : "";
            await eventually(shown, (text) =>
                new RegExp(`^\\s*${sign}${Math.abs(celsius).toFixed(2)}`).test(text),
            );
        }
        assert.deepEqual(complaints, []);
    } finally {
        await context.close();
    }
});
