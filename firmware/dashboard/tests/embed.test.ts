// @vitest-environment node
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";

let dir = "";

beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "embed-"));
    mkdirSync(join(dir, "dist/assets"), { recursive: true });
    writeFileSync(join(dir, "dist/index.html"), '<title>1??/\\"0</title>');
    writeFileSync(join(dir, "dist/assets/index-abc.js"), "let a = 1;".repeat(400));
    writeFileSync(join(dir, "openapi.json"), '{"openapi":"3.1.0"}');
});

function embed(output: string, ...more: string[]): string {
    execFileSync(process.execPath, ["embed.mjs", join(dir, "dist"), join(dir, output), ...more]);
    return readFileSync(join(dir, output), "latin1");
}

/** What a literal of C++ stands for. */
function bytesOf(literal: string): Buffer {
    const text = [...literal.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((part) => part[1]!).join("");
    const bytes = text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    return Buffer.from(bytes, "latin1");
}

function packedOf(source: string): Buffer {
    return bytesOf(/packed\[\] =((?:\s*"(?:[^"\\]|\\.)*")+);/.exec(source)![1]!);
}

/** The views of all assets: read back from their literals, and from the piece in which those in gzip lie. */
function views(source: string): Buffer[] {
    const packed = packedOf(source);
    return [...source.matchAll(/\{(packed \+ \d+,|(?:\s*"(?:[^"\\]|\\.)*",?)*)\s*(\d+)\}/g)].map((match) => {
        const begin = /^packed \+ (\d+),$/.exec(match[1]!);
        const bytes = begin ? packed.subarray(Number(begin[1])).subarray(0, Number(match[2])) : bytesOf(match[1]!);
        expect(bytes.length).toBe(Number(match[2]));
        return bytes;
    });
}

test("assets keep their bytes, are sorted by path, and carry the digest of what is stored", () => {
    const source = embed("a.cpp", "--extra", `/api/v1/openapi.json=${join(dir, "openapi.json")}`);
    const all = views(source);
    const assets = Array.from({ length: all.length / 6 }, (_, index) => all.slice(index * 6, index * 6 + 6));
    expect(assets.map((asset) => asset[0]?.toString())).toEqual([
        "/",
        "/api/v1/openapi.json",
        "/assets/index-abc.js",
    ]);
    for (const [, , etag, gzip] of assets) {
        expect(etag?.toString()).toBe(`"${createHash("sha256").update(gzip!).digest("hex").slice(0, 32)}"`);
    }
    expect(gunzipSync(assets[0]![3]!)).toEqual(assets[0]![4]);
    expect(assets[0]![4]!.toString()).toBe('<title>1??/\\"0</title>');
    expect(assets[2]![4]!.length).toBe(0);
    expect(gunzipSync(assets[2]![3]!).toString()).toBe("let a = 1;".repeat(400));
});

test("the fields of what never changes stand in front of it, but for those of a page, which has a policy", () => {
    writeFileSync(join(dir, "dist/assets/about-abc.html"), "<title>About</title>");
    const source = embed("a.cpp");
    const rows = [...source.matchAll(/\{packed \+ (\d+), (\d+)\},[^}]*\},[^}]*\},\s*(true|false),\s*(\d+)\}/g)];
    expect(rows.map((row) => row[3])).toEqual(["false", "true", "true"]);
    expect(rows[0]![4]).toBe("0");
    expect(rows[1]![4]).toBe("0");
    const [, begin, size, , front] = rows[2]!.map(Number);
    const fields = packedOf(source).toString("latin1").slice(begin! - front!, begin!);
    expect(fields).toMatch(/^\r\nContent-Type: text\/javascript; charset=utf-8\r\n[^]*: nosniff\r\n\r\n$/);
    expect(fields).toContain(`\r\nContent-Length: ${size}\r\n`);
});

test("the same page gives the same file", () => {
    expect(embed("a.cpp")).toBe(embed("b.cpp"));
}, 60_000);

function refusal(...limits: string[]): string {
    const run = spawnSync(process.execPath, ["embed.mjs", join(dir, "dist"), join(dir, "c.cpp"), ...limits]);
    expect(run.status).toBe(limits.length === 0 ? 0 : 1);
    return run.stderr.toString();
}

test("a page over its limit fails the build", () => {
    expect(refusal("--max", "50")).toContain("the dashboard is");
    expect(refusal()).toBe("");
}, 60_000);

test("what is loaded before anything shows has a limit of its own, which what is loaded later does not count to", () => {
    expect(refusal("--first-max", "30")).toContain("the first screen is");
    writeFileSync(join(dir, "dist/index.html"), '<script src="./assets/index-abc.js"></script>');
    const first = /the first screen is (\d+)/.exec(refusal("--first-max", "1"))![1];
    writeFileSync(join(dir, "dist/assets/plot-abc.js"), "let b = 2;".repeat(4000));
    expect(/the first screen is (\d+)/.exec(refusal("--first-max", "1"))![1]).toBe(first);
}, 60_000);
