// Starts the real board and a real browser for one test file, and ends both.
import { spawn } from "node:child_process";
import { createServer, request as httpRequest } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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
    /** SIGSTOP and SIGCONT: a board that hangs, and one that goes on. */
    const signal = (name) => child.kill(name);
    return { url, data, stop, signal };
}

/**
 * A proxy that offers the board below a path, as `http://house.example/boards/kitchen/`. `websockets`: whether it
 * passes them on, as many do only when they are told to. `onAnswer`: sees each head of an answer before it is passed
 * on, and may have it lost.
 */
export async function startProxy(board, prefix, { websockets = true, onAnswer = () => true } = {}) {
    const to = new URL(board.url);
    const options = (request) => ({
        host: to.hostname,
        port: to.port,
        method: request.method,
        path: request.url.slice(prefix.length - 1),
        headers: request.headers,
    });
    const isBelow = (request) => request.url.startsWith(prefix);
    const server = createServer((request, response) => {
        if (!isBelow(request)) return response.writeHead(404).end();
        const onward = httpRequest(options(request), (answer) => {
            if (!onAnswer(request, answer)) return request.socket.destroy();
            response.writeHead(answer.statusCode, answer.rawHeaders);
            answer.pipe(response);
        });
        onward.on("error", () => request.socket.destroy());
        request.pipe(onward);
    });
    server.on("upgrade", (request, socket, head) => {
        socket.on("error", () => undefined);
        if (!websockets || !isBelow(request)) return socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
        const onward = httpRequest(options(request));
        onward.on("upgrade", (answer, far, first) => {
            far.on("error", () => undefined);
            const fields = answer.rawHeaders.map((text, at) => (at % 2 ? `${text}\r\n` : `${text}: `)).join("");
            socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`);
            socket.write(first);
            far.write(head);
            far.pipe(socket).pipe(far);
        });
        onward.on("error", () => socket.destroy());
        onward.on("response", () => socket.destroy());
        onward.end();
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const stop = () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
    };
    return { url: `http://127.0.0.1:${server.address().port}${prefix}`, stop };
}

/** Waits until the page has a live stream. */
export const untilLive = (page) => page.locator('[data-testid="link"][data-link="live"]').waitFor();

/** Debian's Chromium, told to talk to nobody but the page. */
export function startBrowser(options = {}, ...more) {
    return chromium.launch({
        ...options,
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

/** What board, page and companion agree on: a file of shared/vectors. */
export const vectors = (name) =>
    JSON.parse(readFileSync(new URL(`../../shared/vectors/${name}.json`, import.meta.url), "utf8"));

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
