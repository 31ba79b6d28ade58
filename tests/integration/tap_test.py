"""The board as a machine of its own: lwIP on a TAP device, in a network namespace that this test makes.

Without the right to make one it says so and ends with 77, which ctest counts as skipped.
"""

import concurrent.futures
import os
import subprocess
import sys
import tempfile
import unittest

from board import Board, run

DEVICE = "board0"
INSIDE = "BOARDWALK_TAP_NAMESPACE"
SKIPPED = 77
SET_UP = ("tuntap add dev {0} mode tap", "address add 10.77.0.1/24 dev {0}",
          "address add fd00:77::1/64 dev {0} nodad", "link set {0} up", "link set lo up")


def board(address, *options, **named):
    return Board("--stack", "lwip", "--link", "tap:" + DEVICE, "--address", address, *options, **named)


class Tap(unittest.TestCase):
    def test_it_is_reached_at_its_own_ipv4_address(self):
        with board("10.77.0.2") as it:
            self.assertEqual(it.host, "10.77.0.2")
            self.assertEqual(it.request("GET", "/")[0], 200)
            slots = it.json("GET", "/api/v1/diagnostics")[1]["slots"]
            self.assertTrue(any(slot["peer"].startswith("10.77.0.1:") for slot in slots), slots)

    def test_it_is_reached_at_its_own_ipv6_address(self):
        with board("fd00:77::2") as it:
            self.assertEqual(it.json("GET", "/api/v1/state")[0], 200)
            slots = it.json("GET", "/api/v1/diagnostics")[1]["slots"]
            self.assertTrue(any(slot["peer"].lower().startswith("[fd00:77::1]:") for slot in slots), slots)

    def test_a_crowd_is_served(self):
        with board("10.77.0.2") as it, concurrent.futures.ThreadPoolExecutor(40) as clients:
            answers = list(clients.map(lambda _: it.request("GET", "/api/v1/state")[0], range(200)))
        self.assertEqual(answers, [200] * 200)

    def test_a_restarted_board_is_found_at_once(self):
        with tempfile.TemporaryDirectory() as data:
            for _ in range(2):
                with board("10.77.0.2", data_dir=data) as it:
                    self.assertEqual(it.request("GET", "/healthz")[0], 200)

    def test_a_device_that_is_none_is_one_line_and_exit_1(self):
        with tempfile.TemporaryDirectory() as data:
            code, out, err = run("--stack", "lwip", "--link", "tap:lo", "--address", "10.77.0.2", "--data-dir", data)
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn("'lo'", err)


def enter_namespace():
    """Runs this file again inside a namespace; as root in it, if need be, by a user namespace."""
    own = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    try:
        # A namespace ends with its last process, so that this only asks whether all of it may be done.
        probe = subprocess.run([*own, "ip", *SET_UP[0].format(DEVICE).split()], capture_output=True, text=True)
        refusal = probe.stderr.strip() if probe.returncode else ""
    except FileNotFoundError as missing:
        refusal = str(missing)
    if refusal:
        print(f"skipped: no network namespace with a TAP device here: {refusal}")
        return SKIPPED
    return subprocess.run([*own, sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}).returncode


if __name__ == "__main__":
    if INSIDE not in os.environ:
        sys.exit(enter_namespace())
    for command in SET_UP:
        subprocess.run(["ip", *command.format(DEVICE).split()], check=True)
    unittest.main()
