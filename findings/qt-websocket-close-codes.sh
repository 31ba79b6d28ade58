#!/bin/bash
# QWebSocket 6.4.2 (Debian 12). A server that closes with 1012, 1013 or 1014, which the IANA registry of WebSocket close
# codes has (Service Restart, Try Again Later, Bad Gateway), is told to the application as 1002, protocol error. 1001 and
# 1011 come through. So a client cannot tell "come back later" from a broken server by the close code, and has to ask in
# another way, such as by HTTP.
#
# Seen: 1001 -> 1001, 1011 -> 1011, 1012 -> 1002, 1013 -> 1002, 1014 -> 1002
set -euo pipefail
wanted=6.4.2
have=$(dpkg-query -W -f='${Version}' qt6-websockets-dev 2>/dev/null || true)
[[ $have == "$wanted"* ]] && command -v g++ python3 cmake >/dev/null ||
    { echo "wants Debian's qt6-websockets-dev $wanted, g++, cmake and python3" >&2; exit 77; }
work=$(mktemp -d)
server=''
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT

cat >"$work/server.py" <<'PY'
"""Closes each connection on loopback with the code that its path names."""
import base64, hashlib, re, socket, struct, sys

listener = socket.create_server(("127.0.0.1", 0))
listener.settimeout(60)
print(listener.getsockname()[1], flush=True)
for _ in range(int(sys.argv[1])):
    peer, _ = listener.accept()
    peer.settimeout(20)
    head = b""
    while b"\r\n\r\n" not in head:
        head += peer.recv(4096)
    code = int(re.match(rb"GET /(\d+)", head)[1])
    key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)[1]
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    payload = struct.pack(">H", code) + b"as said"
    peer.sendall(bytes([0x88, len(payload)]) + payload)
    while peer.recv(4096):
        pass
    peer.close()
PY
cat >"$work/client.cpp" <<'CPP'
#include <QCoreApplication>
#include <QTextStream>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>
int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    for (int i = 2; i < argc; ++i) {
        QWebSocket socket;
        QObject::connect(&socket, &QWebSocket::disconnected, &app, &QCoreApplication::quit);
        QTimer::singleShot(10000, &socket, &QCoreApplication::quit);
        socket.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/%2").arg(argv[1], argv[i])));
        app.exec();
        QTextStream(stdout) << argv[i] << " -> " << int(socket.closeCode()) << "\n";
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

codes=(1001 1011 1012 1013 1014)
exec {port_line}< <(exec python3 "$work/server.py" "${#codes[@]}")
server=$!
read -r port <&"$port_line"
seen=$("$work/build/client" "$port" "${codes[@]}")
echo "QWebSocket $have: close code sent -> QWebSocket::closeCode()"
echo "$seen"
[[ ${seen//$'\n'/, } == '1001 -> 1001, 1011 -> 1011, 1012 -> 1002, 1013 -> 1002, 1014 -> 1002' ]] ||
    { echo "QWebSocket behaves otherwise now" >&2; exit 1; }
