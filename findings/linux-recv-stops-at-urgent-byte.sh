#!/bin/bash
# Linux, TCP. A read stops in front of an urgent byte although more has arrived behind it, so "a short read means that the
# socket is empty" is false: an edge-triggered loop that goes by it waits for an event that never comes. Without
# SO_OOBINLINE the urgent byte is also taken out of the stream: the peer sent seven bytes, six are read. With SO_OOBINLINE
# none is lost, but the read stops in front of it all the same. A socket that is accepted has the listener's SO_OOBINLINE.
#
# Seen (Linux 6.18, CPython 3.11): plain: b'abc', then b'def'; inline: b'abc', then b'Xdef'.
# Loopback only. It is asked of the running kernel.
set -euo pipefail
command -v python3 >/dev/null || { echo "wants python3" >&2; exit 77; }
python3 - <<'PY'
import platform, select, socket, sys

def reads(inline):
    listener = socket.create_server(("127.0.0.1", 0))
    if inline:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    client = socket.create_connection(listener.getsockname())
    server = listener.accept()[0]
    client.sendall(b"abc")
    client.send(b"X", socket.MSG_OOB)
    client.sendall(b"def")
    client.shutdown(socket.SHUT_WR)
    while True:  # all of it has arrived once the end is there: poll says so
        poll = select.poll()
        poll.register(server, select.POLLRDHUP)
        if poll.poll(5_000)[0][1] & select.POLLRDHUP:
            break
    got = []
    while part := server.recv(100):
        got.append(part)
    return got

plain, inline = reads(False), reads(True)
print("Linux", platform.release(), "plain", plain, "inline", inline)
sys.exit(0 if (plain, inline) == ([b"abc", b"def"], [b"abc", b"Xdef"]) else "the behaviour is another one")
PY
