"""What the server takes of the bare-metal image's memory: as limits.hpp says, and no more at full load."""

import contextlib
import re
import socket
import subprocess
import sys
import unittest
from pathlib import Path

from board import BOARD, Board
from raw_websocket import TEXT, WebSocket, frame

SCRIPTS = Path(BOARD).parent
ALLOCATION_BYTES = 8  # newlib's own, for each piece of memory
# nlohmann-json while it reads a body, newlib's rounding: what may come on top of the buffers.
ON_TOP_BYTES = 4096
HALF_A_BODY = b"PUT /api/v1/outputs/lamp HTTP/1.1\r\nHost: 10.0.2.15\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"


class Memory(unittest.TestCase):
    def test_the_table_by_part_adds_up_to_what_was_linked(self):
        table = subprocess.run([sys.executable, SCRIPTS / "memory"], capture_output=True, text=True, check=True).stdout
        rows = {line[:14].strip(): line[14:].split() for line in table.splitlines()[1:]}
        ram, heap = int(rows["all"][1]), int(rows["heap"][0])
        self.assertAlmostEqual(ram + heap, 320 * 1024, delta=1024)  # gaps between parts
        self.assertGreater(int(rows["lwIP"][1]), 0)
        self.assertLess(int(rows["all"][0]), 1024 * 1024)

    def test_full_load_takes_what_was_promised(self):
        with Board() as board, contextlib.ExitStack() as stack:
            console = next(line for line in board.console().splitlines() if line.startswith("memory: "))
            said = dict(re.findall(r"([a-z ]+) (\d+)", console.removeprefix("memory: ").replace(", ", ",")))
            full, start, itself, taken, left = (int(said[key]) for key in (
                "full load", "from start", "server itself", "heap taken", "heap left"))
            self.assertLessEqual(full, 64 * 1024)
            self.assertLessEqual(start, 24 * 1024)
            # What limits.hpp says is what the allocator gave.
            self.assertAlmostEqual(taken, start - itself, delta=8 * ALLOCATION_BYTES)

            for _ in range(12):
                stream = stack.enter_context(WebSocket(board.port, "/api/v1/stream"))
                stream.send(frame(TEXT, b'{"id":1,"method":"subscribe","params":{"topics":["state","log","diagnostics"]}}'))
                stream.event()
            for _ in range(9):
                one = stack.enter_context(socket.create_connection(("127.0.0.1", board.port), 10))
                one.sendall(HALF_A_BODY)
            status, diagnostics = board.json("GET", "/api/v1/diagnostics")
        self.assertEqual(status, 200)
        self.assertEqual(diagnostics["connections"]["websocket"], 12)
        self.assertEqual(diagnostics["buffers"]["allocated"], 10)
        peak = left - diagnostics["heap"]["minimum_free_bytes"]
        promised = full - start
        print(f"server: {start} bytes from the start, {full} at full load; its heap grew by {peak}, "
              f"of which {promised} buffers", file=sys.stderr)
        self.assertGreaterEqual(peak, promised)
        self.assertLessEqual(peak, promised + 10 * ALLOCATION_BYTES + ON_TOP_BYTES)


if __name__ == "__main__":
    unittest.main()
