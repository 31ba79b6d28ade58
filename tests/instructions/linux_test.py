"""A browser's requests take no more instructions on Linux than CEILINGS says: the program that the packages ship, under callgrind.

Counted is what it executes from the kernel's word that a request is there until its answer is with the kernel, the C
library included. The rest of the loop's turn, which goes by the clock, is left out: some 30 instructions a request when
24 connections are busy.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path
from types import SimpleNamespace

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("bench", "support")]
import callgrind  # noqa: E402
import owner  # noqa: E402
import processes  # noqa: E402

BOARD = Path(os.environ["BOARDWALK_RELEASE_BOARD"])
COUNTED = "--toggle-collect=boardwalk::ports::EpollTransport::on_event*"
# As Debian 12's compiler and C library have it. Others may take a tenth more.
CEILINGS = {"GET /api/v1/state": 3920, "304 for /": 4310}
MADE_WITH = "GCC: (Debian 12."


@contextlib.contextmanager
def board(prefix):
    """The board, run by the command `prefix`. It samples its readings once a minute, so that requests find one state."""
    with tempfile.TemporaryDirectory(prefix="boardwalk-") as folder:
        counted = [COUNTED] if prefix else []
        with processes.Server([*prefix, *counted, BOARD, "--address", "127.0.0.1", "--port", "0", "--data-dir", folder]) as server:
            owner.claim_by_file(*server.address, folder, telemetry={"period_ms": 60_000}, security={"public": "viewing"})
            yield SimpleNamespace(port=server.address[1], url=server.url)
            server.process.terminate()
            server.process.wait(60)  # callgrind writes what it counted


class LinuxInstructions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        comment = subprocess.run(["readelf", "-p", ".comment", BOARD], capture_output=True, text=True, check=True).stdout
        cls.room = 1.0 if MADE_WITH in comment else 1.1

    def hold(self, name, path, *more):
        took = callgrind.instructions_per_request(board, callgrind.BROWSER, path, *more)
        print(f"{name}: {took:.0f} instructions", file=sys.stderr)
        self.assertLess(took, CEILINGS[name] * self.room)
        self.assertGreater(took, 1000, "that is not a request")

    def test_a_browsers_state_takes_no_more_instructions_than_its_ceiling(self):
        self.hold("GET /api/v1/state", "/api/v1/state")

    def test_a_304_to_a_browser_takes_no_more_instructions_than_its_ceiling(self):
        with board([]) as server:
            page = urllib.request.Request(server.url, headers={"Accept-Encoding": "gzip"})
            etag = urllib.request.urlopen(page).headers["ETag"]
        self.hold("304 for /", "/", f"If-None-Match: {etag}")


if __name__ == "__main__":
    unittest.main()
