"""The bare-metal image: what is its own. That it is a board like any other is shown by the other suites."""

import subprocess
import sys
import unittest

from board import BOARD, Board

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


if __name__ == "__main__":
    sys.exit(unittest.main())
