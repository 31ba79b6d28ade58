// Every screen of the page in every state that it has, reached on a real board. axe-core looks at all of them
// (accessibility.mjs), and so should a person after each change of a screen:
//
//   BOARDWALK_SCREENSHOTS=FOLDER ctest --preset dev -R 'dashboard_accessibility$'        (or dashboard_browser.full)
//
// A screen is a name, and `show(browser, look, see)`, which calls `see(page, state)` at each of its states.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilAfterRestart } from "./owner.mjs";
import { ownerScreens } from "./owner-screens.mjs";
import { eventually, following, newFirmware, openPage, startBoard, startProgram, startProxy, untilLive, vectors } from "./support.mjs";

export const looks = ["light", "dark"].flatMap((colorScheme) => [
    { colorScheme, viewport: { width: 1280, height: 800 } },
    { colorScheme, viewport: { width: 320, height: 640 } },
]);

const untilLink = (page, kind) => page.locator(`[data-testid="link"][data-link="${kind}"]`).waitFor({ timeout: 60_000 });
const region = (page, name) => page.getByRole("region", { name, exact: true });
const button = (part, name) => part.getByRole("button", { name, exact: true });

/** `use` with a page of a board of its own, or of a proxy before it. */
async function withBoard(browser, look, path, use, { proxied, program } = {}) {
    const board = await (program ? startProgram(program) : startBoard());
    const proxy = proxied && (await startProxy(board, "/", proxied));
    const { page, context } = await openPage(browser, "about:blank", look);
    try {
        const open = () => page.goto(`${proxy ? proxy.url : `${board.url}/`}${path}`);
        if (use.length < 3) {
            await open();
            await untilLive(page);
        }
        await use(page, board, open);
    } finally {
        board.signal("SIGCONT");
        await context.close();
        await proxy?.stop();
        await board.stop();
    }
}

/** A page that is there, and nothing is wrong. */
const well = (path, ready) => async (browser, look, see) =>
    withBoard(browser, look, path, async (page) => {
        await page.locator(ready).first().waitFor();
        await see(page, "live");
    });

/** Holds so many places on the board's stream. */
async function holdStreams(page, board, wanted) {
    const holder = await page.context().newPage();
    await holder.goto(board.url);
    await holder.evaluate((count) => {
        window.held = Array.from({ length: count }, () => new WebSocket(`ws://${location.host}/api/v1/stream`, "boardwalk.v1"));
    }, wanted);
    const open = () => holder.evaluate(() => window.held.filter((socket) => socket.readyState === 1).length);
    await eventually(open, (count) => count === wanted);
}

const websocketsMax = 12;

async function polling(browser, look, see) {
    await withBoard(browser, look, "", async (page, board, open) => {
        await holdStreams(page, board, websocketsMax - 1); // the holder's own page has one
        await open();
        await page.getByText("All live streams").waitFor({ timeout: 60_000 });
        await page.locator("[data-reading]").first().waitFor();
        await see(page, "full");
    });
    await withBoard(
        browser,
        look,
        "",
        async (page, _, open) => {
            await open();
            await page.getByText("The live stream does not reach this page").waitFor({ timeout: 60_000 });
            await see(page, "blocked");
        },
        { proxied: { websockets: false } },
    );
}

async function lost(browser, look, see) {
    await withBoard(browser, look, "#/diagnostics", async (page, board) => {
        for (const [name, ready] of [["Log", "[data-level]"], ["Overview", ".uplot canvas"], ["Diagnostics", "[data-slot]"]]) {
            await page.getByRole("link", { name }).click();
            await page.locator(ready).first().waitFor();
        }
        board.signal("SIGSTOP");
        await untilLink(page, "reconnecting");
        await see(page, "reconnecting");
        await untilLink(page, "offline");
        await see(page, "offline");
        for (const name of ["Overview", "Log", "Settings", "Diagnostics"]) {
            await page.getByRole("link", { name }).click();
            await page.getByRole("main", { name }).waitFor();
            await see(page, `offline, ${name}`);
        }
    });
}

async function awaited(browser, look, see) {
    await withBoard(browser, look, "", async (page, _, open) => {
        await page.route("**/api/**", () => undefined);
        await page.routeWebSocket("**/api/**", () => undefined);
        await open();
        await page.getByText("Waiting for the board").waitFor();
        await see(page, "awaited");
    });
}

async function outdated(browser, look, see) {
    await withBoard(browser, look, "", async (page, board) => {
        await page.route(`${board.url}/`, async (route) => {
            const body = (await (await route.fetch()).text()).replace(/index-[\w-]+\.js/, "index-other.js");
            await route.fulfill({ contentType: "text/html", body });
        });
        await board.fetch("/api/v1/restart", { method: "POST" });
        await untilAfterRestart(page, page.getByText("This board runs other firmware now"), 60_000);
        await untilLive(page);
        await see(page, "outdated");
    });
}

async function outputs(browser, look, see) {
    await withBoard(browser, look, "", async (page) => {
        await page.locator(".uplot canvas").first().waitFor();
        const refusal = { status: 422, contentType: "application/problem+json" };
        const [problem] = vectors("problem").valid;
        const toggle = page.getByRole("switch").first();
        await page.route("**/api/v1/outputs/*", (route) => route.fulfill({ ...refusal, body: JSON.stringify(problem) }));
        await toggle.click();
        await page.getByRole("alert").first().waitFor();
        await page.unroute("**/api/v1/outputs/*");
        await page.getByRole("switch").nth(1).click();
        await page.getByRole("switch", { checked: true }).waitFor();
        await page.getByRole("slider").first().press("End");
        await page.getByRole("button", { name: "Press" }).click();
        await page.getByText("Pressed").waitFor();
        await see(page, "one refused, others set");
    });
}

/** Requests without pause, from more clients at once than the board has slots. */
const crowd = 48;

async function loaded(browser, look, see) {
    await withBoard(browser, look, "#/diagnostics", async (page, board) => {
        let seen = false;
        const client = async () => {
            while (!seen) await board.fetch("/api/v1/state").then((answer) => answer.arrayBuffer()).catch(() => undefined);
        };
        const clients = Array.from({ length: crowd }, client);
        try {
            await eventually(
                () => page.locator("[data-slot].used").count(),
                (count) => count > 12,
                30_000,
            );
            await see(page, "under load");
        } finally {
            seen = true;
            await Promise.all(clients);
        }
    });
}

async function log(browser, look, see) {
    await withBoard(browser, look, "#/log", async (page, _, open) => {
        const [logs] = vectors("logs").valid;
        const lines = ["debug", "info", "warning", "error"].map((level, index) => ({ ...logs.lines[0], level, seq: index + 1 }));
        await page.route("**/api/v1/logs?*", (route) => route.fulfill({ json: { ...logs, lines, next: lines.length, gap: 0 } }));
        await open();
        await page.locator('[data-level="error"]').waitFor();
        await see(page, "of every level");
        await page.getByText("Errors").click();
        await page.locator('[data-level="info"]').waitFor({ state: "detached" });
        await see(page, "errors only");
    });
}

async function settings(browser, look, see) {
    await withBoard(browser, look, "#/settings", async (page, board) => {
        const period = page.getByLabel("Telemetry period");
        const name = page.getByLabel("Name", { exact: true });
        await eventually(
            () => name.inputValue(),
            (value) => value !== "",
        );
        await period.fill("5");
        await button(page, "Save").click();
        await page.locator('#period[aria-invalid="true"]').waitFor();
        await button(page, "Restart the board").click();
        const backup = region(page, "Backup");
        const file = { name: "backup.json", mimeType: "application/json" };
        await backup.locator("input[type=file]").setInputFiles({ ...file, buffer: Buffer.from("no") });
        await backup.getByRole("alert").waitFor();
        await see(page, "a refused value, a question, a file that is no backup");
        const [, { json }] = vectors("settings-backup").valid;
        await backup.locator("input[type=file]").setInputFiles({ ...file, buffer: Buffer.from(json) });
        await backup.getByRole("listitem").first().waitFor();
        await name.fill("Mine");
        const headers = { "Content-Type": "application/merge-patch+json" };
        await board.fetch("/api/v1/settings", { method: "PATCH", headers, body: JSON.stringify({ name: "Theirs" }) });
        await page.getByText("was changed by another client").waitFor();
        await see(page, "another client's change, a backup to restore");
        await period.fill("1000");
        await button(page, "Save").click();
        await page.getByText("Saved.").waitFor();
        await button(backup, "Restore").click();
        await backup.getByText("Restored from").waitFor();
        await see(page, "saved, restored");
    });
}

async function firmware(browser, look, see) {
    const folder = mkdtempSync(join(tmpdir(), "boardwalk-screens-"));
    let release;
    const slow = new Promise((resolve) => (release = resolve));
    const use = async (page, board) => {
        const ask = async (path) => (await board.fetch(`/api/v1/${path}`)).json();
        const { firmware: version, model } = await ask("info");
        const next = following(version);
        const place = region(page, "Firmware");
        await place.getByText(version).waitFor();
        const files = place.locator("input[type=file]");
        await files.setInputFiles({ name: "cat.jpg", mimeType: "image/jpeg", buffer: Buffer.from("meow") });
        await place.getByRole("alert").waitFor();
        await see(page, "refused");
        await files.setInputFiles(newFirmware(folder, version, next, model));
        await place.getByText(`Chosen: ${next}`).waitFor();
        await see(page, "chosen");
        await button(place, "Install").click();
        await place.getByText(/\d %/).waitFor();
        await see(page, "a job running");
        release();
        await place.getByText(`Firmware ${next} is stored`).waitFor({ timeout: 60_000 });
        await see(page, "stored");
        let restart;
        const asked = new Promise((resolve) => (restart = resolve));
        await page.route("**/api/v1/restart", async (route) => (await asked, route.continue()));
        const trial = vectors("firmware").valid.find(({ state }) => state === "trial");
        await page.route("**/api/v1/firmware", (route) => route.fulfill({ json: trial }));
        await button(place, "Restart now").click();
        await place.getByText("The board restarts.").waitFor();
        await see(page, "restarting");
        restart();
        await page.getByRole("dialog", { name: "Sign in" }).waitFor({ timeout: 60_000 });
        await untilAfterRestart(page, place.getByText("is on trial: if it fails"), 60_000);
        await untilLive(page);
        await see(page, "on trial");
        await page.unroute("**/api/v1/firmware");
        await place.getByText(`Firmware ${next} runs now.`).waitFor({ timeout: 60_000 });
        await see(page, "runs");
    };
    try {
        await withBoard(browser, look, "#/settings", use, { proxied: { slow } });
    } finally {
        release();
        rmSync(folder, { recursive: true, force: true });
    }
}

async function setup(browser, look, see) {
    const program = process.env.BOARDWALK_SETUP_BOARD;
    const use = async (page, board, open) => {
        await open();
        const said = (text) => page.getByRole("status").filter({ hasText: text }).waitFor({ timeout: 30_000 });
        const join = async (password) => {
            await page.getByLabel("Password of the network").fill(password);
            await button(page, "Join").click();
        };
        await said("This board has no owner yet");
        await see(page, "no owner yet");
        await page.getByLabel("Set-up code").fill(await board.setupCode());
        await page.getByLabel("Your password", { exact: true }).fill("password");
        await button(page, "Become the owner").click();
        await said("tried first");
        await see(page, "a common password");
        await page.getByLabel("Your password", { exact: true }).fill("correct horse battery");
        await button(page, "Become the owner").click();
        await said("made up");
        await see(page, "networks found");
        await page.getByLabel("Network", { exact: true }).selectOption({ label: "Another network…" });
        await see(page, "another network");
        await page.getByLabel("Network", { exact: true }).selectOption("Attic");
        await join("wrong horse");
        await said("did not take the password");
        await see(page, "refused");
        await join("correct horse");
        await said("The board is in “Attic” now");
        await see(page, "joined");
    };
    await withBoard(browser, look, "setup.html", use, { program });
    await withBoard(browser, look, "setup.html", async (page, _, open) => {
        await open();
        await page.getByRole("status").filter({ hasText: "no Wi-Fi to set up" }).waitFor();
        await see(page, "no radio");
    });
}

export const screens = {
    overview: well("", ".uplot canvas"),
    "overview without a reading yet": awaited,
    "overview, outputs": outputs,
    "overview, polling": polling,
    "overview of other firmware": outdated,
    diagnostics: well("#/diagnostics", "[data-slot]"),
    "diagnostics, loaded": loaded,
    "log, loaded": well("#/log", "[data-level]"),
    log,
    settings,
    "settings, firmware": firmware,
    lost,
    setup,
    ...ownerScreens,
};

const axe = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** WCAG 2.2, 1.4.12: what a reader may ask of any page. */
const spaced = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }`;

/** What axe finds, one line each; and that the page is no wider than the screen, also with its text spaced. */
async function faultsOf(page) {
    await page.evaluate(`${axe};undefined`);
    const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), rules);
    const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0].html}`);
    const widths = () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    const [wide, screen] = await widths();
    if (wide > screen) found.push(`${wide} px wide on a screen of ${screen}`);
    const style = await page.addStyleTag({ content: spaced });
    const [spread] = await widths();
    if (spread > screen) found.push(`${spread} px wide with spaced text on a screen of ${screen}`);
    await style.evaluate((element) => element.remove());
    return found;
}

/** Goes through all states of a screen; what is wrong with them, and how many there were. */
export async function examine(browser, name, look) {
    const found = {};
    let states = 0;
    const folder = process.env.BOARDWALK_SCREENSHOTS;
    await screens[name](browser, look, async (page, state) => {
        states += 1;
        if (folder) {
            const file = `${name}-${state}-${look.colorScheme}-${look.viewport.width}.png`.replace(/[^\w.-]+/g, "_");
            writeFileSync(join(folder, file), await page.screenshot({ fullPage: true }));
        }
        const faults = await faultsOf(page);
        if (faults.length > 0) found[state] = faults;
    });
    return { found, states };
}
