// axe-core's rules on every screen of the page in every state: each at one size and in one theme, or, with
// BOARDWALK_LOOKS=all, at both sizes in both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { examine, looks, screens } from "./screens.mjs";
import { startBrowser } from "./support.mjs";

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

for (const [index, name] of Object.keys(screens).entries()) {
    const chosen = process.env.BOARDWALK_LOOKS === "all" ? looks : [looks[index % looks.length]];
    for (const look of chosen) {
        test(`${name} has no fault that axe knows, ${look.colorScheme}, ${look.viewport.width} px`, async (context) => {
            const { found, states } = await examine(browser, name, look);
            context.diagnostic(`${states} states`);
            assert.ok(states > 0);
            assert.deepEqual(found, {});
        });
    }
}
