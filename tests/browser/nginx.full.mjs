// The page behind a real nginx: below a path, with a cache, and with nothing but proxy_pass. BOARDWALK_NGINX names the
// program where it is not installed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually, openPage, startBoard, startBrowser, untilLive } from "./support.mjs";

const nginx = process.env.BOARDWALK_NGINX ?? "/usr/sbin/nginx";
const skip = existsSync(nginx) ? false : "no nginx here";

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

async function freePort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

const passes = `proxy_http_version 1.1; proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;`;

/** nginx with one server, whose inside is `locations(upstream)`; `use` gets its URL. */
async function withNginx(locations, use) {
    const folder = mkdtempSync(join(tmpdir(), "boardwalk-nginx-"));
    const port = await freePort();
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
    writeFileSync(
        join(folder, "nginx.conf"),
        `daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr warn; events { worker_connections 128; }
http { access_log off; ${temporary.join(" ")}
  proxy_cache_path ${folder}/cache keys_zone=boards:1m;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  server { listen 127.0.0.1:${port}; client_max_body_size 16m; ${locations(board.url)} } }`,
    );
    const child = spawn(nginx, ["-e", "stderr", "-c", join(folder, "nginx.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    const url = `http://127.0.0.1:${port}`;
    try {
        await eventually(
            () => fetch(url).then(() => true, () => child.exitCode === null || said),
            (up) => up === true && child.exitCode === null,
        );
        await use(url);
    } finally {
        const ended = once(child, "exit");
        if (child.exitCode === null && child.kill("SIGTERM")) await ended;
        rmSync(folder, { recursive: true, force: true });
    }
}

/** All that a page asks for: what it is made of, API, stream, history, downloads, and an act. */
async function usesAll(root) {
    const { page, context, complaints } = await openPage(browser, root, { acceptDownloads: true });
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    try {
        await untilLive(page);
        await page.locator(".uplot canvas").first().waitFor();
        const seen = () => page.locator("[data-reading] [data-testid=value]").allTextContents();
        const first = await seen();
        await eventually(seen, (now) => now.join() !== first.join());
        const toggle = page.getByRole("switch").first();
        const was = await toggle.getAttribute("aria-checked");
        await toggle.click();
        await eventually(
            async () => (await (await board.fetch("/api/v1/state")).json()).outputs.find(({ kind }) => kind === "switch").value,
            (value) => String(value) !== was,
        );
        await page.getByRole("link", { name: "Diagnostics" }).click();
        await page.locator('[data-slot][data-state="websocket"]').first().waitFor();
        await page.getByRole("link", { name: "Log" }).click();
        await page.locator("[data-level]").first().waitFor();
        await page.getByRole("link", { name: "Settings" }).click();
        const downloads = page.waitForEvent("download");
        await page.getByRole("link", { name: "Save a backup" }).click();
        assert.equal(await (await downloads).failure(), null);
        const name = page.getByLabel("Name", { exact: true });
        await name.fill(`Behind nginx ${Math.random()}`);
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByText("Saved.").waitFor();
        await page.getByRole("heading", { level: 1, name: "Behind nginx" }).waitFor();
        assert.deepEqual(complaints, []);
        assert.deepEqual(
            asked.filter((url) => !url.startsWith(root) && !url.startsWith("data:")),
            [],
        );
        await page.goto(`${root}setup.html`);
        await page.getByRole("status").filter({ hasText: "no Wi-Fi to set up" }).waitFor();
    } finally {
        await context.close();
    }
}

test("below a path of nginx the whole page works", { skip }, async () => {
    const below = (upstream) => `location /boards/kitchen/ { proxy_pass ${upstream}/; ${passes} }`;
    await withNginx(below, (url) => usesAll(`${url}/boards/kitchen/`));
});

test("behind an nginx that keeps connections and a cache the whole page works", { skip }, async () => {
    const cached = (upstream) => `location / { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_set_header Host $http_host;
        proxy_set_header Connection ''; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header Accept-Encoding gzip;
        proxy_cache boards; proxy_cache_lock on; proxy_cache_revalidate on; proxy_cache_valid 200 1s; }
      location = /api/v1/stream { proxy_pass ${upstream}; ${passes} proxy_buffering off; }`;
    await withNginx(cached, (url) => usesAll(`${url}/`));
});

test("behind an nginx with nothing but proxy_pass the page polls, and says what has to be set", { skip }, async () => {
    await withNginx(
        (upstream) => `location / { proxy_pass ${upstream}; }`,
        async (url) => {
            const { page, context } = await openPage(browser, url);
            try {
                await page.getByText("The live stream does not reach this page").waitFor({ timeout: 30_000 });
                await page.getByRole("switch").first().click();
                await page.getByRole("alert").filter({ hasText: "was not changed" }).filter({ hasText: "origin" }).waitFor();
            } finally {
                await context.close();
            }
        },
    );
});
