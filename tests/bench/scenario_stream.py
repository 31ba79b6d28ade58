"""What one client of the stream gets done when it sends all at once, beside /echo on the same board in the same run."""

import base64
import json
import os
import re
import socket
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import owner  # noqa: E402

from processes import Server

PINGS = 2_000
REFUSED = 400
COMMANDS = 20_000
ROUNDS = 3
PATIENCE_S = 30


class Client:
    """A WebSocket as raw bytes: frames are made before the clock starts, and answers are counted by their payloads."""

    def __init__(self, address, path, fields):
        self.link = socket.create_connection(address, PATIENCE_S)
        key = base64.b64encode(os.urandom(16)).decode()
        self.link.sendall(f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nConnection: Upgrade\r\n"
                          f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n".encode() +
                          "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.link.recv(1)
        if b" 101 " not in head.splitlines()[0]:
            raise RuntimeError(f"{path} answered {head.splitlines()[0].decode()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()

    def seconds_for(self, frames, answers, is_answer):
        """Sends all, and reads meanwhile, until so many answers have come."""
        sent, seen, rest = 0, 0, b""
        self.link.setblocking(False)
        began = time.monotonic()
        while seen < answers:
            moved = False
            if sent < len(frames):
                try:
                    sent += self.link.send(frames[sent:sent + 65536])
                    moved = True
                except BlockingIOError:
                    pass
            try:
                piece = self.link.recv(65536)
                if not piece:
                    raise RuntimeError("the board closed the WebSocket")
                rest += piece
                moved = True
                count, rest = count_frames(rest, is_answer)
                seen += count
            except BlockingIOError:
                pass
            if time.monotonic() - began > PATIENCE_S:
                raise RuntimeError(f"{seen} of {answers} answers in {PATIENCE_S} s")
            if not moved:
                time.sleep(0.0002)
        return time.monotonic() - began


def count_frames(received, is_answer):
    """How many whole frames are answers, and what is left behind them (RFC 6455 §5.2; the board masks nothing)."""
    at, count = 0, 0
    while len(received) - at >= 2:
        size, head = received[at + 1], 2
        if size == 126:
            if len(received) - at < 4:
                break
            size, head = int.from_bytes(received[at + 2:at + 4], "big"), 4
        if len(received) - at < head + size:
            break
        count += is_answer(received[at], received[at + head:at + head + size])
        at += head + size
    return count, received[at:]


def frame(opcode, payload):
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + size + bytes(4) + payload  # masked by zeros


def is_pong(first, _):
    return first == 0x8a


def is_echo(first, _):
    return first in (0x81, 0x80)  # one that came in two reads goes back in two parts


def is_refusal(first, payload):
    return first == 0x81 and re.match(rb'\{"id":\d+,"error"', payload) is not None


def is_result(first, payload):
    return first == 0x81 and re.match(rb'\{"id":\d+,"result"', payload) is not None


def command(number, output, value):
    return frame(1, json.dumps({"id": number, "method": "output.set", "params": {"id": output, "value": value}}).encode())


def middle(board, path, fields, frames, answers, is_answer):
    times = []
    for _ in range(ROUNDS):
        with Client(board.address, path, fields) as client:
            times.append(client.seconds_for(frames, answers, is_answer))
    return sorted(times)[ROUNDS // 2]


def run(bin_folder):
    with tempfile.TemporaryDirectory() as data, Server(
            [bin_folder / "boardwalk-board", "--port", "0", "--mdns", "off", "--echo", "--log-level", "error",
             "--data-dir", data]) as board:
        signed_in = owner.claim_by_file(*board.address, data)
        pings = b"".join(frame(9, b"ping") for _ in range(PINGS))
        refused = b"".join(command(i, "nothing", True) for i in range(REFUSED))
        accepted = b"".join(command(i, "lamp", i % 2 == 0) for i in range(COMMANDS))
        same_bytes = b"".join(frame(1, b"x" * 110) for _ in range(REFUSED))
        echo_pings = middle(board, "/echo", {}, pings, PINGS, is_pong)
        echo_messages = middle(board, "/echo", {}, same_bytes, REFUSED, is_echo)
        rows = [(f"{PINGS} pings", PINGS, pings, is_pong, echo_pings / PINGS),
                (f"{REFUSED} refused commands", REFUSED, refused, is_refusal, echo_messages / REFUSED),
                (f"{COMMANDS} commands", COMMANDS, accepted, is_result, echo_messages / REFUSED)]
        print(f"one client sends all at once, the middle of {ROUNDS} rounds, beside as many at /echo\n")
        print(f"{'on the stream':<24}{'ms':>10}{'a second':>12}{'/echo, a second':>18}{'ratio':>8}")
        for name, count, frames, is_answer, echo_s in rows:
            seconds = middle(board, "/api/v1/stream", signed_in, frames, count, is_answer)
            print(f"{name:<24}{seconds * 1000:>10.1f}{count / seconds:>12.0f}{1 / echo_s:>18.0f}"
                  f"{echo_s * count / seconds:>8.2f}", flush=True)
        return True
