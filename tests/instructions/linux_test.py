"""A browser's requests take no more instructions on Linux than CEILINGS says: the program that the packages ship, under callgrind.

Counted is what the program executes from the kernel's word that a request is there until its answer is with the kernel,
the C library included: what 50 rounds more of requests on 24 connections add. The rest of the loop's turn, which goes
by the clock, is left out: some 50 instructions a request when 24 are busy.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BOARD = Path(os.environ["BOARDWALK_RELEASE_BOARD"])
CONNECTIONS = 24
COUNTED = "boardwalk::ports::EpollTransport::on_event*"
ROUNDS = (10, 60)
# What Chrome sends to the board's page, and for an answer that it has kept.
HEAD = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\n"
    'sec-ch-ua: "Chromium";v="130", "Google Chrome";v="130", "Not?A_Brand";v="99"\r\n'
    'sec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: "Linux"\r\n'
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36\r\n"
    "Accept: */*\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"
    "Referer: http://127.0.0.1:{port}/\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8\r\n{more}\r\n")
# As Debian 12's compiler and C library have it. Others may take a tenth more.
CEILINGS = {"GET /api/v1/state": 3950, "304 for /": 4330}
MADE_WITH = "GCC: (Debian 12."


class Board:
    """The board under callgrind, with its connections; `counted` is what it took from its start to its end."""

    def __init__(self, folder):
        self.counts = Path(folder) / "counts"
        self.process = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.counts}", f"--toggle-collect={COUNTED}", BOARD, "--address", "127.0.0.1",
             "--port", "0", "--data-dir", Path(folder) / "data"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if found := re.search(r"listening on http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        else:
            raise RuntimeError(f"{BOARD} ended before it listened")
        self.sockets = [socket.create_connection(("127.0.0.1", self.port), timeout=60) for _ in range(CONNECTIONS)]

    def ask(self, request):
        """Sends it on each connection. Returns the head of the last answer."""
        for one in self.sockets:
            one.sendall(request)
        return [self.answer(one) for one in self.sockets][-1]

    @staticmethod
    def answer(one):
        data = b""
        while b"\r\n\r\n" not in data:
            data += one.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        size = int(found[1]) if (found := re.search(rb"Content-Length: (\d+)", head)) else 0
        while len(body) < size:
            body += one.recv(65536)
        return head.decode()

    def request(self, path, more=""):
        return HEAD.format(path=path, port=self.port, more=more).encode()

    def sample_rarely(self):
        body = json.dumps({"telemetry": {"period_ms": 60_000}})
        self.sockets[0].sendall((
            f"PATCH /api/v1/settings HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/merge-patch+json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode())
        assert " 200 " in self.answer(self.sockets[0]).splitlines()[0]

    def end(self):
        for one in self.sockets:
            one.close()
        self.process.terminate()
        said = self.process.stdout.read()
        self.process.wait(60)
        return int(re.search(r"Collected : (\d+)", said)[1])


def instructions(path, kept):
    """Of one request; `kept`: the client has the answer already."""
    totals = []
    for rounds in ROUNDS:
        with tempfile.TemporaryDirectory(prefix="boardwalk-") as folder:
            board = Board(folder)
            board.sample_rarely()
            head = board.ask(board.request(path))
            etag = re.search(r"ETag: (\S+)", head)[1]
            request = board.request(path, f"If-None-Match: {etag}\r\n" if kept else "")
            for _ in range(rounds):
                head = board.ask(request)
            assert f" {304 if kept else 200} " in head.splitlines()[0], head
            totals.append(board.end())
    return (totals[1] - totals[0]) / (CONNECTIONS * (ROUNDS[1] - ROUNDS[0]))


class LinuxInstructions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        comment = subprocess.run(["readelf", "-p", ".comment", BOARD], capture_output=True, text=True, check=True).stdout
        cls.room = 1.0 if MADE_WITH in comment else 1.1

    def hold(self, name, path, kept):
        took = instructions(path, kept)
        print(f"{name}: {took:.0f} instructions", file=sys.stderr)
        self.assertLess(took, CEILINGS[name] * self.room)
        self.assertGreater(took, 1000, "that is not a request")

    def test_a_browsers_state_takes_no_more_instructions_than_its_ceiling(self):
        self.hold("GET /api/v1/state", "/api/v1/state", False)

    def test_a_304_to_a_browser_takes_no_more_instructions_than_its_ceiling(self):
        self.hold("304 for /", "/", True)


if __name__ == "__main__":
    unittest.main()
