"""A console that takes nothing: a pipe that is not read, a stopped terminal, a full disk. The board answers on."""

import contextlib
import http.client
import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import termios
import unittest

from board import BARE, BOARD, EXIT_S, PATIENCE_S, STACK, owner, seconds_to_end

REQUESTS = 5_000


def fill(writer):
    """Until not one byte more goes in; returns how many did."""
    os.set_blocking(writer, False)
    size = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            size += os.write(writer, b"x")
    os.set_blocking(writer, True)
    return size


class Console(unittest.TestCase):
    def start(self, port=0, **streams):
        """A board with these streams. What is not given is a pipe that is read."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        arguments = [str(port)] if BARE else ["--port", str(port), "--data-dir", folder.name, *STACK]
        board = subprocess.Popen([BOARD, *arguments], **{"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, **streams})
        self.addCleanup(board.wait)
        self.addCleanup(board.kill)
        self.folder, self.field = folder.name, None
        return board

    def read_code(self, console):
        """Of a board that has no files, the set-up code is on its console alone. Returns what has come to that."""
        text = b""
        while BARE and not re.search(rb"set-up code: (\w{8})\r?\n", text):
            text += os.read(console, 65536)
        return text

    def claim(self, port, console_text=b""):
        if BARE:
            code = re.search(rb"set-up code: (\w{8})", console_text)[1].decode()
            self.field = {"Authorization": f"Bearer {owner.claim('127.0.0.1', port, code)}"}
        else:
            self.field = owner.claim_by_file("127.0.0.1", port, self.folder)

    def port_of(self, board):
        line = board.stdout.readline().decode()
        self.addCleanup(board.stdout.close)
        return int(re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)/\n", line)[1])

    def assert_answers(self, port, count=REQUESTS):
        """Each changes an output, which the log tells. Returns how many lines the console did not take."""
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        for i in range(count):
            body = '{"value":true}' if i % 2 == 0 else '{"value":false}'
            client.request("PUT", "/api/v1/outputs/lamp", body, {"Content-Type": "application/json", **self.field})
            answer = client.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200, f"request {i}")
        client.request("GET", "/metrics", headers=self.field)
        metrics = client.getresponse().read().decode()
        client.close()
        return int(re.search(r"^boardwalk_log_lines_dropped_total (\d+)$", metrics, re.MULTILINE)[1])

    def assert_ends(self, board):
        self.assertLess(seconds_to_end(board), EXIT_S)
        self.assertEqual(board.returncode, 0)

    def test_a_pipe_that_is_not_read_costs_lines_and_no_answers(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        board = self.start(stderr=writer)
        port = self.port_of(board)
        text = self.read_code(reader)
        self.claim(port, text)
        junk = fill(writer)
        self.assert_answers(port)  # what repeats may be folded to few lines, and one suffices to wait for ever
        while junk > 0:
            part = os.read(reader, 65536)
            text += part
            junk -= part.count(b"x")
        dropped = self.assert_answers(port, 1)  # a board without threads tells it with its next line
        if BARE:  # it says no more than it must
            return self.assert_ends(board)
        told = lambda: sum(map(int, re.findall(rb"warning: (\d+) lines? w(?:as|ere) dropped\n", text)))
        while told() < dropped:
            text += os.read(reader, 65536)
        self.assertEqual(told(), dropped)
        self.assertIn(b"started as", text)
        self.assert_ends(board)

    def test_a_board_whose_console_is_stuck_ends_all_the_same(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        if not BARE:
            fill(writer)
        board = self.start(stderr=writer)
        port = self.port_of(board)
        self.claim(port, self.read_code(reader))
        fill(writer)
        os.close(writer)
        # ThreadSanitizer (GCC 12) loses a signal that comes while the board's first thread is not yet in its loop.
        self.assert_answers(port, 1)
        self.assert_ends(board)

    def test_a_stopped_terminal_costs_lines_and_no_answers(self):
        screen, terminal = pty.openpty()
        self.addCleanup(os.close, screen)
        self.addCleanup(os.close, terminal)
        if not BARE:
            termios.tcflow(terminal, termios.TCOOFF)  # what Ctrl-S does
        board = self.start(stderr=terminal)
        port = self.port_of(board)
        self.claim(port, self.read_code(screen))
        termios.tcflow(terminal, termios.TCOOFF)
        self.assert_answers(port)
        self.assert_ends(board)

    @unittest.skipIf(BARE, "a port without files, whose set-up code would be lost")
    def test_a_full_disk_costs_lines_and_no_answers(self):
        with open("/dev/full", "wb") as full:
            board = self.start(stderr=full)
        port = self.port_of(board)
        self.claim(port)
        self.assertGreaterEqual(self.assert_answers(port), 1)
        self.assert_ends(board)

    @unittest.skipIf(BARE, "a port without files")
    def test_without_stderr_the_log_goes_into_no_file_of_the_board(self):
        board = self.start(stderr=None, preexec_fn=lambda: os.close(2))
        port = self.port_of(board)
        self.claim(port)
        self.assert_answers(port, 100)
        for descriptor in (0, 1, 2):
            link = os.readlink(f"/proc/{board.pid}/fd/{descriptor}")
            self.assertTrue(link.startswith(("/dev/null", "pipe:")), f"{descriptor}: {link}")
        self.assert_ends(board)

    def test_a_stdout_that_is_not_read_does_not_keep_the_board_from_serving(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        fill(writer)
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
        board = self.start(port, stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        self.addCleanup(board.stderr.close)
        lines = [board.stderr.readline() for _ in range(2)]
        self.assertTrue(any(b"started as" in line for line in lines), lines)
        self.claim(port, b"".join(lines))
        self.assert_answers(port, 10)
        self.assert_ends(board)


if __name__ == "__main__":
    unittest.main()
