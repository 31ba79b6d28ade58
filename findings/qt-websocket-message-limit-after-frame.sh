#!/bin/bash
# QWebSocket 6.4.2 (Debian 12). A limit for messages (setMaxAllowedIncomingMessageSize) is looked at when a frame is whole.
# A message that comes as one frame of 8 MB is taken in from end to end, though the limit is 64 KB and the frame's head says
# how long it is; then the socket closes with 1009, Message Too Big. The limit for frames (setMaxAllowedIncomingFrameSize) is
# another one, of about 2 GB by default, and is looked at as soon as the head is there. A client that wants to spend no more
# than a message's size sets both.
#
# Seen: message limit -> 1009, whole; both limits -> 1009, early
set -euo pipefail
wanted=6.4.2
have=$(dpkg-query -W -f='${Version}' qt6-websockets-dev 2>/dev/null || true)
[[ $have == "$wanted"* ]] && command -v g++ python3 cmake >/dev/null ||
    { echo "wants Debian's qt6-websockets-dev $wanted, g++, cmake and python3" >&2; exit 77; }
work=$(mktemp -d)
server=''
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

cat >"$work/server.py" <<'PY'
"""Sends two connections on loopback a text message of 8 MB each, in one frame, and says how much was taken before the end."""
import base64, hashlib, re, select, socket, struct

SIZE = 8 * 1024 * 1024
listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(60)
print(listener.getsockname()[1], flush=True)
for _ in range(2):
    peer, _ = listener.accept()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16384)
    peer.settimeout(20)
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.recv(4096)
    key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)[1]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    peer.sendall(bytes([0x81, 127]) + struct.pack(">Q", SIZE))
    sent = 0
    try:
        while sent < SIZE and not select.select([peer], [], [], 0)[0]:  # until its close frame, or its end
            sent += peer.send(b"a" * min(16384, SIZE - sent))
    except OSError:
        pass
    print("whole" if sent == SIZE else "early", flush=True)
    peer.close()
PY
cat >"$work/client.cpp" <<'CPP'
#include <QCoreApplication>
#include <QTextStream>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>
int main(int, char** argv) {
    int none = 0;
    QCoreApplication app(none, argv);
    constexpr quint64 limit = 64 * 1024;
    for (const bool both : {false, true}) {
        QWebSocket socket;
        socket.setMaxAllowedIncomingMessageSize(limit);
        if (both) socket.setMaxAllowedIncomingFrameSize(limit);
        QObject::connect(&socket, &QWebSocket::disconnected, &app, &QCoreApplication::quit);
        QTimer::singleShot(10000, &socket, &QCoreApplication::quit);
        socket.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(argv[1])));
        app.exec();
        QTextStream(stdout) << (both ? "both limits" : "message limit") << " -> " << int(socket.closeCode()) << "\n";
    }
    return 0;
}
CPP
cat >"$work/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(client LANGUAGES CXX)
find_package(Qt6 REQUIRED COMPONENTS Core WebSockets)
add_executable(client client.cpp)
target_link_libraries(client PRIVATE Qt6::Core Qt6::WebSockets)
CMAKE
{ cmake -S "$work" -B "$work/build" && cmake --build "$work/build"; } >"$work/log" 2>&1 || { tail "$work/log" >&2; exit 77; }

exec {told}< <(exec python3 "$work/server.py")
server=$!
read -r port <&"$told"
seen=$("$work/build/client" "$port")
read -r first <&"$told"
read -r second <&"$told"
echo "QWebSocket $have, limit of 64 KB, one frame of 8 MB: close code, and whether the frame was taken whole before"
echo "$seen" | sed "1s/\$/, $first/; 2s/\$/, $second/"
[[ ${seen//$'\n'/, } == 'message limit -> 1009, both limits -> 1009' && $first == whole && $second == early ]] ||
    { echo "QWebSocket behaves otherwise now" >&2; exit 1; }
