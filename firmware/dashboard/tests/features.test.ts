// @vitest-environment node
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oldest, scriptFaults, styleFaults } from "./features";

const root = join(import.meta.dirname, "..");
let dist = "";

beforeAll(() => {
    dist = mkdtempSync(join(tmpdir(), "boardwalk-dist-"));
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const environment = { ...process.env, NODE_ENV: "production", VITEST: undefined };
    execFileSync(process.execPath, [vite, "build", "--outDir", dist, "--logLevel", "warn"], { cwd: root, env: environment });
}, 120_000);

afterAll(() => rmSync(dist, { recursive: true, force: true }));

/** Features that a browser of that time may lack without harm: what happens there instead. */
const harmless = new Set<string>([
    // The parts of a slider have a name in each engine, and the style sheet both.
    ":-webkit-slider-runnable-track",
    ":-webkit-slider-thumb",
    ":-moz-range-track",
    ":-moz-range-thumb",
    // Safari has no forced colours, and needs nothing to leave some out of them.
    "forced-color-adjust",
    "forced-color-adjust: none",
    // @noble/hashes asks for it before, and has a timer instead.
    ".yield",
    // Svelte asks whether there are trusted types before it makes some; uPlot has methods of its own.
    ".createPolicy",
    ".destroy",
    ".clamp",
]);

const built = (end: string): string[] => readdirSync(join(dist, "assets")).filter((name) => name.endsWith(end));
const faultsIn = (faults: Map<string, string[]>): object =>
    Object.fromEntries([...faults].filter(([feature]) => !harmless.has(feature)));

test("the browsers of three years ago know all that the built scripts use", () => {
    expect(built(".js").length).toBeGreaterThan(0);
    for (const name of [...built(".js").map((file) => join(dist, "assets", file)), join(root, "setup/setup.js")]) {
        const found = scriptFaults(readFileSync(name, "utf8"));
        expect(found.looked.size).toBeGreaterThan(5);
        expect(faultsIn(found.faults), name).toEqual({});
    }
}, 60_000);

test("the browsers of three years ago know all that the built style sheets use", () => {
    expect(built(".css").length).toBe(1);
    const setup = /<style>([^]*)<\/style>/.exec(readFileSync(join(root, "setup/setup.html"), "utf8"))![1]!;
    for (const source of [readFileSync(join(dist, "assets", built(".css")[0]!), "utf8"), setup]) {
        const found = styleFaults(source);
        expect(found.looked.size).toBeGreaterThan(20);
        expect(faultsIn(found.faults)).toEqual({});
    }
}, 60_000);

test("what is too new is found, in a script and in a style sheet", () => {
    expect(Object.values(oldest).every((version) => Number.parseInt(version, 10) > 10)).toBe(true);
    const script = scriptFaults("Promise.try(run); list.union(other); AbortSignal.any([a]); new CloseWatcher();");
    expect([...script.faults.keys()]).toEqual(
        expect.arrayContaining(["Promise.try", "AbortSignal.any", "CloseWatcher"]),
    );
    const style = styleFaults("a:has(b) { field-sizing: content; color: light-dark(red, blue) } @starting-style { a { top: 0 } }");
    expect([...style.faults.keys()]).toEqual(expect.arrayContaining([":has", "field-sizing", "@starting-style"]));
    expect([...scriptFaults("fetch(a).then(b); list.map(c)").faults]).toEqual([]);
});
