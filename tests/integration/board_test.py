"""What the other tests start boards with, tried on programs that play one."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import board

LISTENS = "echo listening on http://127.0.0.1:80/; exec sleep 60"


class Harness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name, "board")
        patch = mock.patch.object(board, "BOARD", str(self.program))
        patch.start()
        self.addCleanup(patch.stop)

    def play(self, script):
        self.program.write_text(f"#!/bin/sh\n{script}\n")
        self.program.chmod(0o700)

    def test_a_board_that_says_more_than_a_pipe_holds_goes_on(self):
        self.play(f"head -c 300000 /dev/zero | tr '\\0' x >&2; echo last >&2; {LISTENS}")
        with board.Board() as it:
            self.assertEqual(len(it.console()), 300_005)

    def test_a_test_that_fails_shows_how_its_boards_console_ends(self):
        self.play(f"printf '\\377 fault: at 0' >&2; {LISTENS}")  # a line that was cut within a character
        with self.assertRaises(ValueError) as caught, board.Board():
            raise ValueError
        self.assertIn("fault: at 0", caught.exception.__notes__[0])

    def test_a_board_that_does_not_start_says_why(self):
        self.play("echo no memory >&2; exit 1")
        with self.assertRaises(AssertionError) as caught:
            board.Board()
        self.assertIn("no memory", caught.exception.__notes__[0])


if __name__ == "__main__":
    unittest.main()
