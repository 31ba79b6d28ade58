// Turns the built dashboard into one C++ file: node embed.mjs DIST OUTPUT.cpp [--extra PATH=FILE]... [--max BYTES] [--first-max BYTES]
//
// The bytes stand as string literals: every C++ compiler takes them, quickly, and nothing has to find a file later.
// The same input gives the same output: gzip without a time stamp, assets sorted by path.
import { gzipAsync } from "@gfx/zopfli";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { parseArgs } from "node:util";

const types = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
};

function fail(message) {
    process.stderr.write(`embed: ${message}\n`);
    process.exit(1);
}

async function assetOf(path, file) {
    const type = types[extname(file)] ?? fail(`no content type for ${file}`);
    const identity = readFileSync(file);
    // As small as gzip gets: some 4 % below zlib, in each flash and on each way to a browser.
    const gzip = await gzipAsync(identity, { numiterations: 15 });
    gzip[9] = 255; // the header's operating system: "unknown", so that every machine builds the same bytes
    const alsoPlain = path === "/" || type === "application/json";
    return {
        path,
        type,
        gzip,
        identity: alsoPlain ? identity : Buffer.alloc(0),
        immutable: path.startsWith("/assets/"),
    };
}

function etag(bytes) {
    return bytes.length === 0 ? "" : `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
}

/**
 * What a 200 with it says after status, Date and Connection, as firmware/http/response_head.cpp has it: for what never
 * changes, so that the board needs not make it for each answer. A page has a Content-Security-Policy, too, and that is
 * written there alone.
 */
function fields(asset) {
    if (!asset.immutable || asset.type.startsWith("text/html")) return "";
    const all = {
        "Content-Type": asset.type,
        "Content-Length": asset.gzip.length,
        "Content-Encoding": "gzip",
        "Cache-Control": "public, max-age=31536000, immutable",
        ETag: etag(asset.gzip),
        "Accept-Ranges": "bytes",
        Vary: "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    };
    return `${Object.entries(all)
        .map(([name, value]) => `\r\n${name}: ${value}`)
        .join("")}\r\n\r\n`;
}

/** Octal escapes take at most three digits, so that what follows cannot run into them. */
function literal(bytes) {
    return `{${text(bytes)},${bytes.length > 0 ? "\n    " : " "}${bytes.length}}`;
}

function text(bytes) {
    const lines = [];
    for (let at = 0; at < bytes.length; at += 1024) {
        let line = "";
        for (const byte of bytes.subarray(at, at + 1024)) {
            const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
            line += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
        }
        lines.push(`    "${line}"`);
    }
    return lines.length > 0 ? `\n${lines.join("\n")}` : '""';
}

function source(assets) {
    const packed = Buffer.concat(assets.flatMap((asset) => [Buffer.from(fields(asset)), asset.gzip]));
    let end = 0;
    const rows = assets.map((asset) => {
        const word = (value) => literal(Buffer.from(value));
        const front = fields(asset).length;
        const gzip = `{packed + ${end + front}, ${asset.gzip.length}}`;
        end += front + asset.gzip.length;
        return `  {${word(asset.path)},\n   ${word(asset.type)},\n   ${word(etag(asset.gzip))},\n   ${gzip},
   ${literal(asset.identity)},\n   ${word(etag(asset.identity))},\n   ${asset.immutable},\n   ${front}},\n`;
    });
    return `// Written by firmware/dashboard/embed.mjs. Do not edit.
#include "firmware/app/api/page/assets.hpp"

namespace boardwalk::app {
namespace {

// All that is sent by reference, in one piece, so that one look tells whether sums are known.
constexpr char packed[] = ${text(packed)};
constexpr auto packed_sums = block_sums(packed);

constexpr Asset assets[] = {
${rows.join("")}};

}  // namespace

AssetTable dashboard_assets() { return assets; }
SummedBytes dashboard_bytes() { return {{packed, ${end}}, packed_sums}; }

}  // namespace boardwalk::app
`;
}

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        extra: { type: "string", multiple: true, default: [] },
        max: { type: "string", default: "122880" },
        "first-max": { type: "string", default: "46080" },
    },
});
const [dist, output] = positionals;
if (!dist || !output) fail("usage: embed.mjs DIST OUTPUT.cpp [--extra PATH=FILE]... [--max BYTES] [--first-max BYTES]");

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const page = await Promise.all(
    files.map((file) => assetOf(file === join(dist, "index.html") ? "/" : file.slice(join(dist).length), file)),
);
if (!page.some((asset) => asset.path === "/")) fail(`${dist} holds no index.html`);

const extra = await Promise.all(
    values.extra.map((pair) => {
        const cut = pair.indexOf("=");
        if (cut < 1) fail(`--extra wants PATH=FILE, not ${pair}`);
        return assetOf(pair.slice(0, cut), pair.slice(cut + 1));
    }),
);

// The promise is about the page that a browser loads; an extra document is only fetched by who asks for it.
const sum = (assets) => assets.reduce((bytes, asset) => bytes + asset.gzip.length, 0);
const html = page.find((asset) => asset.path === "/").identity.toString();
/** What a browser must have before it shows anything: the rest is asked for by the script. */
const first = page.filter((asset) => asset.path === "/" || html.includes(asset.path));
for (const [what, bytes, most] of [
    ["first screen", sum(first), Number(values["first-max"])],
    ["dashboard", sum(page), Number(values.max)],
]) {
    process.stdout.write(`${what}: ${bytes} bytes gzip (at most ${most})\n`);
    if (bytes > most) fail(`the ${what} is ${bytes - most} bytes over its limit`);
}

const all = [...page, ...extra].sort((a, b) => (a.path < b.path ? -1 : 1));
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, source(all));
