// Starts the real board and a real browser for one test file, and ends both.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const startMsMax = 10_000;

/** A board on a free port with an empty data directory: BOARDWALK_BOARD names the program. */
export const startBoard = (...more) => startProgram(process.env.BOARDWALK_BOARD, ...more);

/** Likewise, of another program. */
export async function startProgram(program, ...more) {
    if (!program) throw new Error("the environment must name the board to test: see CMakeLists.txt");
    const data = mkdtempSync(join(tmpdir(), "boardwalk-browser-"));
    const options = [
        "--address",
        "127.0.0.1",
        "--port",
        "0",
        "--name",
        "Test bench",
        "--data-dir",
        data,
        ...more,
    ];
    const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const url = await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the board did not start: ${said}`)), startMsMax);
        const hear = (text) => {
            said += text;
            const found = /listening on (http:\/\/\S+)\//.exec(said);
            if (found) resolve(found[1]);
            if (found) clearTimeout(timer);
        };
        child.stdout.setEncoding("utf8").on("data", hear);
        child.stderr.setEncoding("utf8").on("data", hear);
        child.once("exit", (code) => reject(new Error(`the board ended with ${code}: ${said}`)));
        child.once("error", reject);
    });
    const stop = async () => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        if (child.exitCode === null && child.kill("SIGTERM")) await ended;
        rmSync(data, { recursive: true, force: true });
    };
    return { url, data, stop };
}

/** Debian's Chromium, told to talk to nobody but the page. */
export function startBrowser(...more) {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            ...more,
        ],
    });
}

/** Opens a page that notes whatever it complains about. */
export async function openPage(browser, url, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(url);
    return { page, context, complaints };
}

/** Asks until the answer pleases, and fails with the last one. */
export async function eventually(ask, pleases, timeoutMs = 8_000) {
    const end = Date.now() + timeoutMs;
    for (;;) {
        const answer = await ask();
        if (pleases(answer)) return answer;
        if (Date.now() > end) throw new Error(`never as expected; last: ${JSON.stringify(answer)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
