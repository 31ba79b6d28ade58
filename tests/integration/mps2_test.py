"""The bare-metal image: what is its own. That it is a board like any other is shown by the other suites."""

import http.client
import json
import re
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

from board import BOARD, Board
from raw_websocket import TEXT, WebSocket, frame

FAULT, OUT_OF_MEMORY = 70, 72


def provoke(name):
    """(exit code, console) of a machine that was made to do what it must not."""
    done = subprocess.run([BOARD, "--port", "0", "--provoke", name], capture_output=True, text=True, timeout=30)
    return done.returncode, done.stderr


class Machine(unittest.TestCase):
    def assert_stopped(self, name, status, *words, alive=True):
        code, console = provoke(name)
        self.assertEqual(code, FAULT, console)
        self.assertEqual("still alive" in console, alive, console)
        for word in (f"status {status:08x}", *words):
            self.assertIn(word, console)

    # The status words are those of ARMv7-M, B3.2.15.
    def test_the_first_byte_beyond_320_kb_faults_and_the_last_one_within_does_not(self):
        self.assert_stopped("beyond-ram", 0x82, "address 20050000")

    def test_flash_cannot_be_written(self):
        self.assert_stopped("flash", 0x82, "address 00000100")

    def test_an_unaligned_access_is_trapped(self):
        self.assert_stopped("unaligned", 0x0100_0000)

    def test_a_stack_that_overflows_faults_before_it_touches_anything(self):
        code, console = provoke("stack")
        self.assertEqual(code, FAULT, console)
        self.assertIn("stack overflow", console)

    def test_a_heap_that_is_used_up_ends_the_image_with_a_code_of_its_own(self):
        code, console = provoke("heap")
        self.assertEqual((code, console), (OUT_OF_MEMORY, "out of memory\n"))


class Running(unittest.TestCase):
    def test_it_gets_an_address_and_answers_with_state_and_page(self):
        with Board("--name", "Bare metal") as board:
            status, state = board.json("GET", "/api/v1/state")
            self.assertEqual(status, 200)
            self.assertGreaterEqual(len(state["readings"]), 3)
            status, fields, page = board.request("GET", "/")
            self.assertEqual((status, fields["Content-Type"]), (200, "text/html; charset=utf-8"))
            self.assertIn(b"<html", page)
            info = board.json("GET", "/api/v1/info")[1]
            self.assertEqual((info["name"], info["model"]), ("Bare metal", "mps2-an386"))

    def test_a_restart_is_a_real_one_and_finds_the_settings_again(self):
        with Board() as board:
            before = board.json("GET", "/api/v1/info")[1]
            self.assertEqual(board.json("PATCH", "/api/v1/settings", {"name": "Renamed"})[0], 200)
            self.assertEqual(board.json("POST", "/api/v1/restart")[0], 202)
            after = answer_of_the_next_start(board, before["boot_id"])
        self.assertEqual((after["name"], after["id"]), ("Renamed", before["id"]))

    def test_settings_are_backed_up_and_restored_and_what_needs_a_radio_is_told_there_is_none(self):
        with Board("--name", "First") as board:
            status, backup = board.json("GET", "/api/v1/settings/backup")
            self.assertEqual((status, backup["settings"]["name"]), (200, "First"))
            self.assertEqual(board.json("PATCH", "/api/v1/settings", {"name": "Second"})[0], 200)
            status, restored = board.json("PUT", "/api/v1/settings/restore", backup)
            self.assertEqual((status, restored["name"]), (200, "First"))
            status, problem = board.json("POST", "/api/v1/wifi/scan")
            self.assertEqual((status, problem["code"]), (501, "not_supported"))
            status, problem = board.json("GET", "/api/v1/jobs/1")
            self.assertEqual((status, problem["code"]), (404, "unknown_job"))

    def test_what_the_sensor_measures_is_in_the_state_and_on_the_stream(self):
        with Board() as board, Monitor(board) as monitor, WebSocket(board.port, "/api/v1/stream") as stream:
            monitor.heat("t0", 23.5)
            eventually(lambda: reading(board, "sensor")["value"], lambda value: value == 23.5)
            stream.send(frame(TEXT, b'{"id":1,"method":"subscribe","params":{"topics":["state"]}}'))
            monitor.heat("t0", -7.25)
            deltas = (json.loads(payload).get("delta", {}).get("readings", {}) for _, payload in iter(stream.event, None))
            self.assertTrue(any(delta.get("sensor") == -7.25 for delta in deltas))

    def test_an_output_lights_a_led(self):
        with Board() as board:
            eventually(lambda: led(board, "USERLED0"), lambda percent: percent == 0)
            self.assertEqual(board.json("PUT", "/api/v1/outputs/led1", {"value": True})[0], 200)
            eventually(lambda: led(board, "USERLED0"), lambda percent: percent == 100)
            self.assertEqual(led(board, "USERLED1"), 0)


def reading(board, name):
    return next(one for one in board.json("GET", "/api/v1/state")[1]["readings"] if one["id"] == name)


def eventually(ask, pleases, seconds=10):
    end = time.monotonic() + seconds
    while not pleases(answer := ask()):
        if time.monotonic() > end:
            raise AssertionError(f"never as expected; last: {answer}")
        time.sleep(0.1)
    return answer


def answer_of_the_next_start(board, boot_id):
    """A machine that starts refuses connections, or resets them."""
    def ask():
        try:
            return board.json("GET", "/api/v1/info")[1]
        except (OSError, http.client.HTTPException):
            return {"boot_id": boot_id}
    return eventually(ask, lambda info: info["boot_id"] != boot_id, 20)


class Monitor:
    """QEMU's monitor, from which one reaches the machine's other side (QMP)."""

    def __init__(self, board):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f"{board.data_dir}/qmp")
        self._lines = self._socket.makefile("rw")
        self._lines.readline()
        self._run("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lines.close()
        self._socket.close()

    def _run(self, command, **arguments):
        self._lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._lines.flush()
        while "return" not in (answer := json.loads(self._lines.readline())):
            assert "error" not in answer, answer
        return answer["return"]

    def heat(self, sensor, celsius):
        self._run("qom-set", path=f"/machine/peripheral/{sensor}", property="temperature", value=round(celsius * 1000))


def led(board, name):
    """How bright it is, in percent, by the last that QEMU told."""
    changes = (Path(board.data_dir) / "leds").read_text()
    return int(re.findall(rf"'{name}'.*-> (\d+)%", changes)[-1])


if __name__ == "__main__":
    sys.exit(unittest.main())
