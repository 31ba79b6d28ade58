// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as vectors from "./vectors";

/** Members by which the board's messages are told apart. A test that spells one has made a message up. */
const telling =
    /(?<![\w.])["']?(topic|boot_id|uptime_ms|telemetry|errors|rssi_dbm|detail(?!: string)|kind(?=["']?\s*:\s*["'][a-z]+[._]))["']?\s*:/;
/** What changes a vector, looks at what was said, or says something to the board spells members too. */
const mayChange =
    /\b(toEqual|toMatchObject|like|snapshot|state|settings|delta|job|firmware|info|wifi|network|history|patch|stringify)\(/;

/** Lines of tests, of this page alone and in a browser, that spell a message. */
function made(folder: string, end: RegExp): { text: string; at: string }[] {
    const files = readdirSync(folder).filter((file) => end.test(file) && file !== "vectors.test.ts");
    expect(files.length).toBeGreaterThan(5);
    return files
        .flatMap((file) => {
            const lines = readFileSync(join(folder, file), "utf8").split("\n");
            return lines.map((text, index) => ({ text, at: `${file}:${index + 1}` }));
        })
        .filter(({ text }) => telling.test(text) && !mayChange.test(text));
}

test("no test makes up what the board says: it comes from shared/vectors", () => {
    for (const invented of [
        '{ topic: "job", data: { kind: "firmware" } }',
        '{ id: "1", kind: "firmware.update" }',
        '{ ssid: "Attic", rssi_dbm: -48 }',
        '[503, { detail: "The radio could not scan." }]',
    ])
        expect(telling.test(invented), invented).toBe(true);
    expect(made(import.meta.dirname, /\.test\.ts$/)).toEqual([]);
    expect(made(join(import.meta.dirname, "../../../tests/browser"), /\.mjs$/)).toEqual([]);
});

test("a vector is changed in members that it has, and never gets another", () => {
    expect(vectors.job("firmware.update", "running", { progress: 0.5 }).progress).toBe(0.5);
    expect(() => vectors.info({ nickname: "x" } as object)).toThrow("nickname");
    expect(() => vectors.job("firmware", "running")).toThrow("no vector");
});
