// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as vectors from "./vectors";

/** Members by which the board's messages are told apart. A test that spells one has made a message up. */
const telling = /(?<![\w.])["']?(topic|boot_id|uptime_ms|telemetry|errors|kind(?=["']?\s*:\s*["'][a-z]+[._]))["']?\s*:/;

test("no test makes up what the board says: it comes from shared/vectors", () => {
    expect(telling.test('{ topic: "job", data: { kind: "firmware" } }')).toBe(true);
    expect(telling.test('{ id: "1", kind: "firmware.update" }')).toBe(true);
    // What changes a vector, or looks at what was said, spells members too.
    const mayChange = /\b(toEqual|toMatchObject|like|snapshot|state|settings|delta|job|firmware|info|wifi|history)\(/;
    const made = readdirSync(import.meta.dirname)
        .filter((file) => file.endsWith(".test.ts") && file !== "vectors.test.ts")
        .flatMap((file) => {
            const lines = readFileSync(join(import.meta.dirname, file), "utf8").split("\n");
            return lines.map((text, index) => ({ text, at: `${file}:${index + 1}` }));
        })
        .filter(({ text }) => telling.test(text) && !mayChange.test(text));
    expect(made).toEqual([]);
});

test("a vector is changed in members that it has, and never gets another", () => {
    expect(vectors.job("firmware.update", "running", { progress: 0.5 }).progress).toBe(0.5);
    expect(() => vectors.info({ nickname: "x" } as object)).toThrow("nickname");
    expect(() => vectors.job("firmware", "running")).toThrow("no vector");
});
