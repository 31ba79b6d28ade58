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
# Which part may spend how many of the 320 KB, in bytes. The rest is for TLS (34 KB), a day of history (20 KB)
# and MQTT (2 KB). People, sessions and tokens have 2 KB: board.hpp asserts it.
BUDGET = {"stack": 12 * 1024, "lwIP": 132 * 1024, "server, pools and application at full load": 108 * 1024}
# Flash of one slot: 1,008 KB, of which 760 may be spent. The dashboard: 120 KB of gzip, and 48 KB that are also kept without it
# for clients which do not say that they take gzip (the first page, the API's description). All others: 440 KB, 32 KB for the
# claim, people, sessions and tokens, and 3 KB for devices that hang, as Debian 12's compiler makes them, whose figures the tests of instructions have, too; 550 KB
# as any other does (GCC 14 makes 5 KB more, and the map of Debian 13's linker, which scripts/memory reads, gives all merged
# strings, 93 KB, to one file besides). TLS has 90 KB.
MADE_WITH = (SCRIPTS.parent / "build/mps2/bin/made_with.txt").read_text()
FLASH_BUDGET = {"dashboard": (120 + 48) * 1024, "all others": (440 + 32 + 3 if MADE_WITH.startswith("GCC 12.") else 550) * 1024}
HALF_A_BODY = "PUT /api/v1/outputs/lamp HTTP/1.1\r\nHost: 10.0.2.15\r\n{}Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{{"


def table():
    """{part: (flash, RAM)} of the image; `heap` has its RAM alone."""
    printed = subprocess.run([sys.executable, SCRIPTS / "memory"], capture_output=True, text=True, check=True).stdout
    rows = {line[:14].strip(): [int(number) for number in line[14:].split()] for line in printed.splitlines()[1:]}
    return {part: (row[0], row[1]) if len(row) == 2 else (0, row[0]) for part, row in rows.items()}


class Memory(unittest.TestCase):
    def test_the_table_by_part_adds_up_to_what_was_linked(self):
        rows = table()
        self.assertAlmostEqual(rows["all"][1] + rows["heap"][1], 320 * 1024, delta=1024)  # gaps between parts
        self.assertGreater(rows["lwIP"][1], 0)
        self.assertLess(rows["all"][0], 1024 * 1024)

    def test_each_spender_keeps_to_its_line_of_the_budget(self):
        rows = table()
        with Board() as board:
            full, application = (int(re.search(rf"{name} (\d+)", board.console())[1]) for name in ("full load", "application heap"))
        ours = rows["all"][1] - rows["stack"][1] - rows["lwIP"][1] + application + full + ON_TOP_BYTES
        spent = dict(zip(BUDGET, (rows["stack"][1], rows["lwIP"][1], ours)))
        dashboard = rows["dashboard"][0]
        flash = dict(zip(FLASH_BUDGET, (dashboard, rows["all"][0] - dashboard - rows["boot stage"][0])))
        print(f"RAM {spent}, flash {flash}", file=sys.stderr)
        self.assertEqual([name for name in BUDGET if spent[name] > BUDGET[name]], [], f"overdrawn: {spent}")
        self.assertEqual([name for name in flash if flash[name] > FLASH_BUDGET[name]], [], f"overdrawn: {flash}")

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

            owner = board.claim()
            half_a_body = HALF_A_BODY.format(board.owner_line()).encode()
            for _ in range(12):
                stream = stack.enter_context(WebSocket(board.port, "/api/v1/stream", **owner))
                stream.send(frame(TEXT, b'{"id":1,"method":"subscribe","params":{"topics":["state","log","diagnostics"]}}'))
                stream.event()
            for _ in range(9):
                one = stack.enter_context(socket.create_connection(("127.0.0.1", board.port), 10))
                one.sendall(half_a_body)
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
