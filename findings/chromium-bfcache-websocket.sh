#!/bin/bash
# Chromium 156 (Debian 12). A page with an open WebSocket goes into the back/forward cache when its visitor goes on to
# another site, and the WebSocket stays open: the page runs no script any more, and the browser answers the server's pings
# for it. To a server that tells living clients from dead ones by pings, the tab is alive. A page that wants to give its
# place back has to close on `pagehide`.
#
# Seen: 10 of 10 pings answered in the 10 s after the visitor had gone on, none of them by the page; not closed.
set -euo pipefail
wanted=156
have=$(chromium --version 2>/dev/null | sed -E 's/^Chromium ([0-9.]+).*/\1/' || true)
[[ ${have%%.*} == "$wanted" ]] && command -v npm >/dev/null || { echo "wants Debian's chromium $wanted, node and npm" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --no-audit --no-fund --loglevel=error playwright-core@1.65.0 >/dev/null || { echo "wants playwright-core 1.65.0 from npm" >&2; exit 77; }

cat >"$work/main.mjs" <<'JS'
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { chromium } = createRequire(process.argv[2] + "/")("playwright-core");
let pongs = 0, messages = 0, closed = false, peer;

// The page answers each message with one of its own: so it shows whether its script runs.
const page = `<!doctype html><title>page</title><script>
  const socket = new WebSocket("ws://" + location.host + "/stream");
  socket.onmessage = () => socket.send("heard");
</script>`;
const server = createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "text/html" });
  response.end(request.headers.host.startsWith("other") ? "<title>other</title>another site" : page);
});
server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  // Frames of a client are masked; those here are shorter than 126 bytes.
  let unread = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    unread = Buffer.concat([unread, bytes]);
    while (unread.length >= 6 && unread.length >= 6 + (unread[1] & 127)) {
      const opcode = unread[0] & 15;
      if (opcode === 10) ++pongs;
      if (opcode === 1) ++messages;
      if (opcode === 8) closed = true;
      unread = unread.subarray(6 + (unread[1] & 127));
    }
  });
  socket.on("close", () => (closed = true));
  socket.on("error", () => (closed = true));
  peer = socket;
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const port = server.address().port;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, ignoreDefaultArgs: ["--disable-back-forward-cache"],
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP board.test 127.0.0.1,MAP other.test 127.0.0.1"] });
const tab = await browser.newPage();
await tab.goto(`http://board.test:${port}/`);
while (!peer) await new Promise((resolve) => setTimeout(resolve, 20));
peer.write(Buffer.from([0x81, 1, 0x61]));
while (messages === 0) await new Promise((resolve) => setTimeout(resolve, 20));
await tab.goto(`http://other.test:${port}/`);
pongs = messages = 0;
for (let i = 0; i < 10 && !closed; ++i) {
  peer.write(Buffer.from([0x89, 0, 0x81, 1, 0x61])); // a ping, and a message
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
const asSeen = pongs >= 9 && messages === 0 && !closed;
console.log(`${pongs} of 10 pings answered in the 10 s after the visitor had gone on, ${messages} messages by the page; ${closed ? "closed" : "not closed"}`);
await browser.close();
server.close();
process.exit(asSeen ? 0 : 1);
JS
echo "Chromium $have"
node "$work/main.mjs" "$work" || { echo "Chromium behaves otherwise now" >&2; exit 1; }
