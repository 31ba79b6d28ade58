import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, openPage, startBoard, startBrowser, titled, vectors } from "./support.mjs";

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

async function withPage(path, use, options) {
    const { page, context, complaints } = await openPage(browser, `${board.url}/${path}`, options);
    try {
        await page.locator('[data-testid="link"][data-link="live"]').waitFor();
        await use(page, complaints);
    } finally {
        await context.close();
    }
    return complaints;
}

const state = async () => (await board.fetch("/api/v1/state")).json();
const output = async (id) => (await state()).outputs.find((candidate) => candidate.id === id);

test("a reading changes without a reload, and nothing complains", async () => {
    const complaints = await withPage("", async (page) => {
        await titled(page, "Test bench");
        const values = () => page.locator("[data-reading] [data-testid=value]").allTextContents();
        const before = await values();
        assert.ok(before.length >= 3);
        await eventually(values, (now) => now.join() !== before.join());
    });
    assert.deepEqual(complaints, []);
});

test("a switch flips the board's output, and the board's own change flips the switch", async () => {
    const { id, name, value } = (await state()).outputs.find((candidate) => candidate.kind === "switch");
    await withPage("", async (page) => {
        const toggle = page.getByRole("switch", { name });
        assert.equal(await toggle.getAttribute("aria-checked"), String(value));
        await toggle.click();
        assert.equal(await toggle.getAttribute("aria-checked"), String(!value));
        await eventually(
            () => output(id),
            (now) => now.value === !value,
        );

        const body = JSON.stringify({ value });
        const headers = { "Content-Type": "application/json" };
        assert.equal(
            (await board.fetch(`/api/v1/outputs/${id}`, { method: "PUT", headers, body })).status,
            200,
        );
        await eventually(
            () => toggle.getAttribute("aria-checked"),
            (now) => now === String(value),
        );
    });
});

test("a slider dragged to its end arrives there", async () => {
    const level = (await state()).outputs.find((candidate) => candidate.kind === "level");
    await withPage("", async (page) => {
        await page.getByRole("slider", { name: level.name }).focus();
        await page.keyboard.press("End");
        await eventually(
            () => output(level.id),
            (now) => now.value === level.max,
        );
        await page.keyboard.press("Home");
        await eventually(
            () => output(level.id),
            (now) => now.value === level.min,
        );
    });
});

test("an output that the board refuses goes back, and the page says why", async () => {
    const { name, value } = (await state()).outputs.find((candidate) => candidate.kind === "switch");
    await withPage("", async (page) => {
        const [problem] = vectors("problem").valid;
        const refusal = { status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) };
        await page.route("**/api/v1/outputs/*", (route) => route.fulfill(refusal));
        await page.getByRole("switch", { name }).click();
        await page.getByText(problem.detail).waitFor();
        assert.equal(await page.getByRole("switch", { name }).getAttribute("aria-checked"), String(value));
    });
});

test("why an output was refused stands below its row, and stretches no card", async () => {
    const { name } = (await state()).outputs.find((candidate) => candidate.kind === "switch");
    await withPage("", async (page) => {
        const [problem] = vectors("problem").valid;
        const refusal = { status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) };
        await page.route("**/api/v1/outputs/*", (route) => route.fulfill(refusal));
        const heights = () => page.locator("[data-output], [data-reading]").evaluateAll((cards) => cards.map((card) => card.offsetHeight));
        const before = await heights();
        await page.getByRole("switch", { name }).click();
        await page.getByText(problem.detail).waitFor();
        assert.deepEqual(await heights(), before);
    });
});

/** Whether the spinner is seen at any moment while a switch is pressed and its request takes `ms`. */
async function spinnerAt(ms) {
    const { name } = (await state()).outputs.find((candidate) => candidate.kind === "switch");
    let seen;
    await withPage("", async (page) => {
        // Let what the page asks at its start be over, so that only this request can be seen.
        await page.waitForLoadState("networkidle");
        await page.waitForTimeout(500);
        await page.route("**/api/v1/outputs/*", async (route) => {
            await new Promise((resolve) => setTimeout(resolve, ms));
            await route.continue();
        });
        await page.evaluate(() => {
            window.spinnerSeen = 0;
            new MutationObserver(() => {
                if (document.querySelector("[data-testid=spinner]")) window.spinnerSeen += 1;
            }).observe(document.body, { childList: true, subtree: true });
        });
        const answered = page.waitForResponse("**/api/v1/outputs/*");
        await page.getByRole("switch", { name }).click();
        await answered;
        seen = await page.evaluate(() => window.spinnerSeen > 0);
        await page.waitForTimeout(900);
        assert.equal(await page.getByTestId("spinner").count(), 0, "the spinner goes away again");
    });
    return seen;
}

test("a request of 500 ms shows the spinner", async () => assert.equal(await spinnerAt(500), true));
test("a request of 150 ms does not", async () => assert.equal(await spinnerAt(150), false));

test("the chart draws the board's history and grows", async () => {
    await withPage("", async (page) => {
        await page.locator(".uplot canvas").first().waitFor();
        const inked = () =>
            page
                .locator(".uplot canvas")
                .first()
                .evaluate((canvas) => {
                    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                    return data.some((byte) => byte !== 0);
                });
        await eventually(inked, Boolean);
        // Each unit has a plot, which goes with the last of its series.
        const plots = await page.locator(".uplot").count();
        const shown = page
            .getByRole("group", { name: "Series shown" })
            .getByRole("button", { pressed: true });
        while ((await shown.count()) > 0) await shown.first().click();
        await eventually(
            () => page.locator(".uplot").count(),
            (now) => now < plots,
        );
    });
});

test("the diagnostics show every slot, and this page's own stream among them", async () => {
    const complaints = await withPage("#/diagnostics", async (page) => {
        await eventually(
            () => page.locator("[data-slot]").count(),
            (count) => count === 24,
        );
        await page.locator('[data-slot][data-state="websocket"]').first().waitFor();
        const label = await page
            .locator('[data-slot][data-state="websocket"]')
            .first()
            .getAttribute("aria-label");
        assert.match(label, /127\.0\.0\.1|10\.0\.2\.2/); // the second through slirp
    });
    assert.deepEqual(complaints, []);
});

test("a setting is saved, and a refused one is explained at its field", async () => {
    await withPage("#/settings", async (page) => {
        const name = page.getByLabel("Name", { exact: true });
        await eventually(
            () => name.inputValue(),
            (value) => value === "Test bench",
        );
        await name.fill("Cellar");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
        await titled(page, "Settings – Cellar");

        await page.getByLabel("Telemetry period").fill("5");
        await page.getByRole("button", { name: "Save" }).click();
        await page.locator('#period[aria-invalid="true"]').waitFor();

        const body = JSON.stringify({ name: "Test bench" });
        const headers = { "Content-Type": "application/merge-patch+json" };
        await board.fetch("/api/v1/settings", { method: "PATCH", headers, body });
        await page.getByLabel("Telemetry period").fill("900");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("Saved.").waitFor();
        assert.equal(await name.inputValue(), "Test bench");
    });
});

test("another page is told by the title and by the place of the keyboard, and the header can be skipped", async () => {
    await withPage("", async (page) => {
        const place = () => page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.tagName);
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        assert.equal(await place(), "Overview");
        await page.getByRole("link", { name: "Diagnostics" }).press("Enter");
        await eventually(place, (now) => now === "Diagnostics");
        await titled(page, "Diagnostics – Test bench");
        // One stop for all slots; arrows lead through them.
        await page.locator("[data-slot]").first().waitFor();
        const slot = () => page.evaluate(() => document.activeElement.dataset.slot);
        await page.keyboard.press("Tab");
        assert.equal(await slot(), "0");
        for (const [key, expected] of [["ArrowRight", "1"], ["ArrowDown", "13"], ["ArrowUp", "1"], ["End", "23"], ["ArrowRight", "23"], ["Home", "0"]]) {
            await page.keyboard.press(key);
            assert.equal(await slot(), expected, key);
        }
        await page.keyboard.press("Tab");
        assert.equal(await slot(), undefined);
    });
});

test("a press shows that the board took it", async () => {
    const { name } = (await state()).outputs.find((candidate) => candidate.kind === "button");
    await withPage("", async (page) => {
        await page.getByRole("button", { name }).click();
        await page.getByText("Pressed").waitFor();
    });
});

test("the log is listed, and follows", async () => {
    const { id, value } = (await state()).outputs.find((candidate) => candidate.kind === "switch");
    await withPage("#/log", async (page) => {
        await eventually(
            () => page.locator("[data-level]").count(),
            (count) => count > 0,
        );
        const before = await page.locator("[data-level]").count();
        for (const next of [!value, value]) {
            const headers = { "Content-Type": "application/json" };
            await board.fetch(`/api/v1/outputs/${id}`, {
                method: "PUT",
                headers,
                body: JSON.stringify({ value: next }),
            });
        }
        const patch = JSON.stringify({ telemetry: { period_ms: 800 } });
        const headers = { "Content-Type": "application/merge-patch+json" };
        await board.fetch("/api/v1/settings", { method: "PATCH", headers, body: patch });
        await eventually(
            () => page.locator("[data-level]").count(),
            (count) => count > before,
        );
    });
});

test("both colour schemes are used, and a choice by hand outlives a reload", async () => {
    const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const grounds = {};
    for (const colorScheme of ["light", "dark"]) {
        await withPage("", async (page) => (grounds[colorScheme] = await ground(page)), { colorScheme });
    }
    assert.notEqual(grounds.light, grounds.dark);
    await withPage(
        "#/settings",
        async (page) => {
            await page.getByText("Dark", { exact: true }).click();
            assert.equal(await ground(page), grounds.dark);
            await page.reload();
            await eventually(
                () => ground(page),
                (now) => now === grounds.dark,
            );
        },
        { colorScheme: "light" },
    );
});

test("nothing is wider than a phone of 320 px", async () => {
    for (const path of ["#/", "#/diagnostics", "#/log", "#/settings"]) {
        await withPage(
            path,
            async (page) => {
                await page.waitForTimeout(300);
                const width = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.ok(width <= 320, `${path} is ${width} px wide`);
            },
            { viewport: { width: 320, height: 640 } },
        );
    }
});
