#!/bin/bash
# Linux, TCP. SOF_TIMESTAMPING_TX_ACK is the only way to be woken when a peer has acknowledged bytes while the send buffer
# still has room. The news comes as EPOLLERR, for a connection without any error: SO_ERROR is 0, it reads and writes on.
# epoll says so though it was asked for nothing (events = 0), and level-triggered it says so until the error queue was
# read. A loop that takes EPOLLERR for the end of a connection closes healthy ones.
# Two more things. There is one message a send call, however many segments it became. And
# without SOF_TIMESTAMPING_OPT_TSONLY the message brings the payload back, in one datagram.
#
# Seen (Linux 6.18, CPython 3.11, x86-64): EPOLLERR after each send, SO_ERROR 0, origin 4 (timestamping), kind 2 (ACK).
# Loopback only. It is asked of the running kernel; below 4.0 there is no such flag.
set -euo pipefail
command -v python3 >/dev/null || { echo "wants python3" >&2; exit 77; }
python3 - <<'PY'
import platform, select, socket, struct, sys

SO_TIMESTAMPING, TX_ACK, SOFTWARE, TSONLY = 37, 1 << 9, 1 << 4, 1 << 11
SO_EE_ORIGIN_TIMESTAMPING, SCM_TSTAMP_ACK, IP_RECVERR = 4, 2, 11

def pair():
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server = listener.accept()[0]
    listener.close()
    return server, client

def stamps(server):
    """Messages of the error queue: (bytes of payload, origin, kind)."""
    found = []
    while True:
        try:
            data, control, _, _ = server.recvmsg(65536, 1024, socket.MSG_ERRQUEUE | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return found
        for level, kind, value in control:
            if level == socket.SOL_IP and kind == IP_RECVERR:
                _, origin, _, _, _, info = struct.unpack_from("=IBBBBI", value)[:6]
                found.append((len(data), origin, struct.unpack_from("=I", value, 8)[0]))

def run(flags, payload):
    server, client = pair()
    server.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, flags)
    poll = select.epoll()
    poll.register(server.fileno(), 0)  # asks for nothing
    before = poll.poll(0)
    server.sendall(payload)
    got = b""
    while len(got) < len(payload):
        got += client.recv(65536)
    events = poll.poll(10)
    again = poll.poll(0)
    error = server.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    queue = stamps(server)
    after = poll.poll(0)
    client.sendall(b"still here")
    alive = server.recv(16) == b"still here" and server.send(b"x") == 1
    return before, events, again, error, queue, after, alive

print("Linux", platform.release())
ok = True
for name, flags, payload, bytes_back in (("payload kept", TX_ACK | SOFTWARE, b"a" * 20_000, None),
                                         ("time stamp only", TX_ACK | SOFTWARE | TSONLY, b"a" * 20_000, 0)):
    before, events, again, error, queue, after, alive = run(flags, payload)
    err = [mask for _, mask in events] == [select.EPOLLERR] and [mask for _, mask in again] == [select.EPOLLERR]
    print(f"{name}: before {before}, after the acknowledgement EPOLLERR {err}, SO_ERROR {error}, "
          f"error queue {queue}, then {after}, connection works {alive}")
    acks = [one for one in queue if one[1:] == (SO_EE_ORIGIN_TIMESTAMPING, SCM_TSTAMP_ACK)]
    ok &= (before == [] and err and error == 0 and after == [] and alive and len(acks) == 1
           and (acks[0][0] == 0 if bytes_back == 0 else acks[0][0] > 0))
sys.exit(0 if ok else "the behaviour is another one")
PY
