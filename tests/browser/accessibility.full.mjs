// As accessibility.test.mjs, at both sizes and in both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { examine, looks, screens } from "./screens.mjs";
import { startBrowser } from "./support.mjs";

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

let seen = 0;
for (const look of looks) {
    for (const name of Object.keys(screens)) {
        test(`${name} has no fault that axe knows, ${look.colorScheme}, ${look.viewport.width} px`, async (context) => {
            const { found, states } = await examine(browser, name, look);
            assert.ok(states > 0);
            context.diagnostic(`${(seen += states)} states so far`);
            assert.deepEqual(found, {});
        });
    }
}
