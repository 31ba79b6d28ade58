// axe-core's rules on every screen of the page in every state, each at one size and in one theme; accessibility.full.mjs
// looks at all of them at both sizes in both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { examine, looks, screens } from "./screens.mjs";
import { startBrowser } from "./support.mjs";

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

for (const [index, name] of Object.keys(screens).entries()) {
    const look = looks[index % looks.length];
    test(`${name} has no fault that axe knows, ${look.colorScheme}, ${look.viewport.width} px`, async () => {
        const { found, states } = await examine(browser, name, look);
        assert.ok(states > 0);
        assert.deepEqual(found, {});
    });
}
