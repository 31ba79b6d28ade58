// Starts the real board and a real browser for one test file, and ends both.
import { execFileSync, spawn } from "node:child_process";
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const startMsMax = 10_000;

/**
 * A board on a free port with an empty data directory, and its owner: `board.fetch` and the pages of `openPage` are
 * signed in. BOARDWALK_BOARD names the program.
 */
export async function startBoard(...more) {
    const board = await startUnclaimedBoard(...more);
    return Object.assign(board, await claim(board));
}

/** A board that nobody owns yet. */
export const startUnclaimedBoard = (...more) => startProgram(process.env.BOARDWALK_BOARD, ...more);

/** Likewise, of another program. */
export async function startProgram(program, ...more) {
    if (!program) throw new Error("the environment must name the board to test: see CMakeLists.txt");
    const data = mkdtempSync(join(tmpdir(), "boardwalk-browser-"));
    const start = (port) => {
        const place = ["--address", "127.0.0.1", "--port", port, "--name", "Test bench", "--data-dir", data];
        return launch(program, [...place, ...more]);
    };
    let { child, url, said } = await start("0");
    const end = async (how) => {
        const ended = once(child, "exit");
        if (child.exitCode === null && child.signalCode === null && child.kill(how)) await ended;
    };
    const stop = async () => {
        await end("SIGTERM");
        rmSync(data, { recursive: true, force: true });
    };
    /** SIGSTOP and SIGCONT: a board that hangs, and one that goes on. */
    const signal = (name) => child.kill(name);
    /** A plug that is pulled, and put in again: the same board at the same place. */
    const kill = () => end("SIGKILL");
    const startAgain = async () => void ({ child } = await start(new URL(url).port));
    const setupCode = () => eventually(() => /set-up code: ([0-9A-Z]{8})\b/.exec(said())?.[1], Boolean);
    return { url, data, stop, signal, kill, startAgain, setupCode };
}

/** Starts the board's program, and waits until it says where it listens. */
async function launch(program, options) {
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
    return { child, url, said: () => said };
}

/** Of the owner that `claim` makes. */
export const owner = { user: "owner", password: "a password of the tests" };

/** What a board keeps of a password: the client makes it (RFC 5802, RFC 7677). */
export function keysOf(password, salt = randomBytes(16), iterations = 10_000) {
    const salted = pbkdf2Sync(password.normalize("NFC"), salt, iterations, 32, "sha256");
    const hmac = (text) => createHmac("sha256", salted).update(text).digest();
    return {
        salt: salt.toString("base64url"),
        iterations,
        stored_key: createHash("sha256").update(hmac("Client Key")).digest("base64url"),
        server_key: hmac("Server Key").toString("base64url"),
    };
}

/** Of the owners of all boards that run. Cookies know no ports (RFC 6265 §8.5): each page gets all of its host. */
const cookies = new Set();

/** Becomes the board's owner as any program does: by its set-up code, with a token that is then its own. */
async function claim(board) {
    const token = randomBytes(24).toString("base64url");
    const answer = await fetch(`${board.url}/api/v1/claim`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ code: await board.setupCode(), user: owner.user, token, ...keysOf(owner.password) }),
    });
    if (answer.status !== 201) throw new Error(`the claim was answered ${answer.status}: ${await answer.text()}`);
    const [name, value] = answer.headers.getSetCookie()[0].split(";", 1)[0].split("=", 2);
    const cookie = { name, value, url: board.url };
    cookies.add(cookie);
    const { stop } = board;
    const headers = { Authorization: `Bearer ${token}` };
    return {
        token,
        cookie: { name, value },
        stop: () => {
            cookies.delete(cookie);
            return stop();
        },
        fetch: (path, options = {}) =>
            fetch(`${board.url}${path}`, { ...options, headers: { ...headers, ...options.headers } }),
    };
}

/**
 * A proxy that offers the board below a path, as `http://house.example/boards/kitchen/`. `websockets`: whether it
 * passes them on, as many do only when they are told to. `onAnswer`: sees each head of an answer before it is passed
 * on, and may have it lost. `slow`: of an upload a piece a second goes on until this is resolved.
 */
export async function startProxy(board, prefix, { websockets = true, onAnswer = () => true, slow } = {}) {
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
        if (slow && request.method === "PUT") void passOnSlowly(request, onward, slow);
        else request.pipe(onward);
    });
    const upgraded = new Set();
    server.on("upgrade", (request, socket, head) => {
        upgraded.add(socket);
        socket.on("error", () => undefined).on("close", () => upgraded.delete(socket));
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
        server.closeAllConnections(); // all but these
        for (const socket of upgraded) socket.destroy();
        return new Promise((resolve) => server.close(resolve));
    };
    return { url: `http://127.0.0.1:${server.address().port}${prefix}`, stop };
}

const paceMs = 1_000;

async function passOnSlowly(request, onward, whole) {
    let fast = false;
    void whole.then(() => (fast = true));
    for await (const piece of request) {
        if (!onward.write(piece) && fast) await once(onward, "drain");
        if (!fast) await Promise.race([whole, new Promise((resolve) => setTimeout(resolve, paceMs))]);
    }
    onward.end();
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

/** Opens a page that notes whatever it complains about. Of boards that were claimed it is the owner's, or a stranger's. */
export async function openPage(browser, url, { stranger = false, ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    if (!stranger) await context.addCookies([...cookies]);
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

/** What a virtual board runs is the program itself; the bare-metal board is told by BOARDWALK_PAYLOAD. */
const payloadOfBoard = process.env.BOARDWALK_PAYLOAD ?? process.env.BOARDWALK_BOARD;

/** What this board runs under another version of the same length, as an image in `folder`. */
export function newFirmware(folder, version, next, model) {
    const [payload, image] = [join(folder, "payload"), join(folder, `${model}-${next}`)];
    const bytes = readFileSync(payloadOfBoard).toString("latin1").replaceAll(version, next);
    writeFileSync(payload, bytes, "latin1");
    execFileSync(process.env.BOARDWALK_PACK, [model, next, payload, image]);
    return image;
}

/** Another version of the same length. */
export const following = (version) => version.slice(0, -1) + (version.endsWith("9") ? "8" : "9");

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

/** Waits for the window's title, which follows the board's name: the name may come later than the first values. */
export const titled = (page, title) =>
    eventually(
        () => page.title(),
        (now) => now === title,
    );
