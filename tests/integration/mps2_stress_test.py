"""The bare-metal image under the companion's stress test: more connections than it has slots."""

import json
import os
import subprocess
import unittest

from board import Board

# More connections than the 24 slots. The others wait in the lobby and in the places for handshakes; these also
# take connections that arrive while closing ones still hold their place. Beyond those 48 slirp repeats a
# handshake only after six seconds.
CONNECTIONS = 40


class Stress(unittest.TestCase):
    def test_more_connections_than_it_has_slots_are_all_answered(self):
        with Board() as board:
            done = subprocess.run(
                [os.environ["BOARDWALK_STRESS"], f"http://127.0.0.1:{board.port}", "--connections", str(CONNECTIONS),
                 "--duration", "5s", "--json", "-"], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            report = json.loads(done.stdout)
            self.assertEqual(report["requests"]["failed"], 0)
            self.assertGreater(report["requests"]["ok"], CONNECTIONS)
            self.assertRegex(report["verdict"], f"^All {report['requests']['sent']:,} requests were answered")
            diagnostics = board.json("GET", "/api/v1/diagnostics")[1]
        self.assertEqual(diagnostics["connections"]["max"], 24)
        self.assertEqual(diagnostics["buffers"]["in_use"], 1, "this request's own")
        self.assertEqual(diagnostics["buffers"]["waiting"], 0)


if __name__ == "__main__":
    unittest.main()
