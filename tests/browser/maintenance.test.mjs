// What an owner does once in a while: new firmware, a backup, a restart, through the page on the real board.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { untilAfterRestart } from "./owner.mjs";
import { eventually, following, newFirmware, openPage, startBoard, startBrowser, titled, vectors } from "./support.mjs";

/** A start, a self-test, and a machine that builds something else meanwhile. */
const startMsMax = 60_000;

let browser;
let folder;

before(async () => {
    folder = mkdtempSync(join(tmpdir(), "boardwalk-maintenance-"));
    browser = await startBrowser();
});

after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
});

/** The settings of a board of its own, and what the test says of it. */
async function withSettings(use, ...options) {
    const board = await startBoard(...options);
    const { page, context } = await openPage(browser, `${board.url}/#/settings`, { acceptDownloads: true });
    try {
        await page.locator('[data-testid="link"][data-link="live"]').waitFor();
        await titled(page, "Settings – Test bench");
        await use(page, async (path) => (await board.fetch(`/api/v1/${path}`)).json());
    } finally {
        await context.close();
        await board.stop();
    }
}

const card = (page, name) => page.getByRole("region", { name });

async function install(page, ask, choose = following) {
    const { firmware, model } = await ask("info");
    const next = choose(firmware);
    const place = card(page, "Firmware");
    await place.getByText(firmware).waitFor();
    await place.locator("input[type=file]").setInputFiles(newFirmware(folder, firmware, next, model));
    await place.getByText(`Chosen: ${next}`).waitFor();
    await place.getByRole("button", { name: "Install" }).click();
    await place.getByText(`Firmware ${next} is stored`).waitFor({ timeout: startMsMax });
    assert.equal((await ask("info")).firmware, firmware, "not before the restart");
    await place.getByRole("button", { name: "Restart now" }).click();
    return { place, firmware, next };
}

test("new firmware is chosen, installed, started and shown when it has proven itself", async () => {
    await withSettings(async (page, ask) => {
        const { place, next } = await install(page, ask);
        await untilAfterRestart(page, place.getByText(`Firmware ${next} runs now.`), startMsMax);
        assert.equal((await ask("info")).firmware, next);
    });
});

// The virtual board is not watched by anything: there a failed trial shows at the next start.
const watched = process.env.BOARDWALK_PAYLOAD !== undefined;
for (const [name, choose] of [
    ["firmware that fails", following],
    ["firmware that fails, and has the version that ran before,", (version) => version],
]) {
    test(`${name} is gone again, and the page says so`, { skip: !watched }, async () => {
        const provoked = ["--provoke", "trial"];
        await withSettings(async (page, ask) => {
            const { place, firmware, next } = await install(page, ask, choose);
            const words = `Firmware ${next} did not prove itself: the one before, ${firmware}, runs again.`;
            await untilAfterRestart(page, place.getByText(words), startMsMax);
            assert.equal((await ask("info")).firmware, firmware);
        }, ...provoked);
    });
}

test("a file that this board cannot run is refused before it is sent", async () => {
    await withSettings(async (page, ask) => {
        const { firmware, model } = await ask("info");
        const place = card(page, "Firmware");
        await place.getByText(firmware).waitFor();
        const files = place.locator("input[type=file]");
        await files.setInputFiles({ name: "cat.jpg", mimeType: "image/jpeg", buffer: Buffer.from("meow") });
        await place.getByText("cat.jpg is no Boardwalk image").waitFor();
        await files.setInputFiles(newFirmware(folder, firmware, firmware, "toaster"));
        await place.getByText(`is for the model “toaster”. This board is “${model}”.`).waitFor();
        assert.equal(await place.getByRole("button", { name: "Install" }).count(), 0);
    });
});

test("what the board itself refuses is said, and the image may be tried again", async () => {
    await withSettings(async (page, ask) => {
        const { firmware, model } = await ask("info");
        const place = card(page, "Firmware");
        await place.getByText(firmware).waitFor();
        const image = newFirmware(folder, firmware, firmware, model);
        const bytes = readFileSync(image);
        bytes[bytes.length - 1] ^= 1;
        writeFileSync(image, bytes);
        await place.locator("input[type=file]").setInputFiles(image);
        await place.getByRole("button", { name: "Install" }).click();
        await place.getByText("The payload is not what the header says.").waitFor({ timeout: startMsMax });
        assert.equal(await place.getByRole("button", { name: "Install" }).count(), 1);
    });
});

test("a backup that was saved brings the settings back", async () => {
    await withSettings(async (page, ask) => {
        const place = card(page, "Backup");
        const downloads = page.waitForEvent("download");
        await place.getByRole("link", { name: "Save a backup" }).click();
        const download = await downloads;
        assert.equal(download.suggestedFilename(), "Test bench-settings.json");
        const file = join(folder, "backup.json");
        await download.saveAs(file);

        const name = page.getByLabel("Name", { exact: true });
        await name.fill("Cellar");
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByText("Saved.").waitFor();
        assert.equal((await ask("settings")).name, "Cellar");

        await place.locator("input[type=file]").setInputFiles(file);
        await place.getByText("Name: “Cellar” → “Test bench”").waitFor();
        await place.getByRole("button", { name: "Restore" }).click();
        await place.getByText("Restored from").waitFor();
        assert.equal((await ask("settings")).name, "Test bench");
        await eventually(
            () => name.inputValue(),
            (value) => value === "Test bench",
        );
    });
});

test("a file that is no backup changes nothing, and the page says why", async () => {
    await withSettings(async (page, ask) => {
        const place = card(page, "Backup");
        const before = await ask("settings");
        const choose = (text) =>
            place
                .locator("input[type=file]")
                .setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
        const restore = place.getByRole("button", { name: "Restore", exact: true });
        await choose("not JSON");
        await place.getByRole("alert").getByText("notes.txt is no backup").waitFor();
        assert.equal(await restore.count(), 0);
        const { json } = vectors("settings-backup").invalid.find(({ name }) => name === "a later version");
        await choose(json);
        await restore.click();
        await place.getByRole("alert").getByText("/version is none that this firmware reads.").waitFor();
        assert.equal(await restore.count(), 0);
        assert.deepEqual(await ask("settings"), before);
    });
});

test("a restart asks first, and says when the board is back", async () => {
    await withSettings(async (page, ask) => {
        const { boot_id } = await ask("info");
        const place = card(page, "Restart");
        await place.getByRole("button", { name: "Restart the board" }).click();
        await place.getByRole("button", { name: "Cancel" }).click();
        await place.getByRole("button", { name: "Restart the board" }).click();
        assert.equal((await ask("info")).boot_id, boot_id, "not before the second click");
        await place.getByRole("button", { name: "Restart now" }).click();
        await untilAfterRestart(page, place.getByText("The board has restarted."), startMsMax);
        assert.notEqual((await ask("info")).boot_id, boot_id);
        await untilAfterRestart(page, page.locator('[data-testid="link"][data-link="live"]'));
    });
});
