#!/bin/bash
# Chromium 156 (Debian 12). fetch() sends a POST over a connection that it has used before. The server reads the whole
# request, acts on it, and the connection is closed before the answer. Chromium takes that for the usual race of an idle
# connection and sends the POST again by itself, without telling the page: the server sees it twice, the page one success.
# On a connection's first request it does not. So a board that evicts a connection after it has read a request doubles an
# action; an action must be harmless when repeated, or the connection must stay until it is answered.
#
# Seen: reused connection, closed: 2 POSTs, the page sees 200; first request, closed: 1 POST, the page sees TypeError
set -euo pipefail
wanted=156
have=$(chromium --version 2>/dev/null | sed -E 's/^Chromium ([0-9.]+).*/\1/' || true)
[[ ${have%%.*} == "$wanted" ]] && command -v npm >/dev/null || { echo "wants Debian's chromium $wanted, node and npm" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --no-audit --no-fund --loglevel=error playwright-core@1.65.0 >/dev/null || { echo "wants playwright-core 1.65.0 from npm" >&2; exit 77; }

cat >"$work/main.mjs" <<'JS'
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.argv[2] + "/")("playwright-core");
let posts = 0;
const server = createServer({ keepAliveTimeout: 30000 }, (request, response) => {
  request.resume().on("end", () => {
    // `Connection: close` on the page's answer makes the POST that follows the first request of its connection.
    if (request.method === "GET") return response.writeHead(200, { "Content-Type": "text/html", ...(request.url === "/first" && { Connection: "close" }) }).end("<title>page</title><link rel=icon href=data:,>");
    if (++posts === 1) return request.socket.destroy();
    response.writeHead(200).end("done");
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
// One browser context a case: each has its own connections.
async function post(path) {
  posts = 0;
  const tab = await (await browser.newContext()).newPage();
  await tab.goto(origin + path);
  const page = await tab.evaluate(() => fetch("/act", { method: "POST", body: "x" }).then((r) => r.status, (e) => e.name));
  return `${posts} POST${posts === 1 ? "" : "s"}, the page sees ${page}`;
}
const reused = await post("/reused");
const first = await post("/first");
console.log(`reused connection, closed: ${reused}; first request, closed: ${first}`);
await browser.close();
server.close();
process.exit(reused === "2 POSTs, the page sees 200" && first === "1 POST, the page sees TypeError" ? 0 : 1);
JS
echo "Chromium $have"
node "$work/main.mjs" "$work" || { echo "Chromium behaves otherwise now" >&2; exit 1; }
