"""A worker's job that never ends: a disk that does not answer, played by a FIFO in place of a file that is written.

Opening one waits for a reader, for ever."""

import hashlib
import os
import pathlib
import struct
import threading
import time
import unittest

from board import EXIT_S, PATIENCE_S, Board, seconds_to_end


def image(payload=b"x" * 9000, version=b"9.9.9"):
    """As firmware/app/update/image_header.hpp says."""
    digest = hashlib.sha256(payload).digest()
    header = struct.pack("<8sII32s32s32s", b"BWIMAGE\n", 1, len(payload), digest, version, b"virtual")
    return header.ljust(4096, b"\0") + payload


class StuckWorker(unittest.TestCase):
    def hang(self, board, file):
        os.mkfifo(pathlib.Path(board.data_dir, file))

    def begin(self, call):
        """Asks in the background; returns where the answer will be."""
        answers = []

        def ask():
            try:
                answers.append(call())
            except OSError:
                answers.append(None)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        self.addCleanup(thread.join, PATIENCE_S)
        return answers

    def wait_until_stuck(self, board):
        """The only worker has that job. A sample of this computer takes it for a moment now and then, a look at most."""
        until = time.monotonic() + PATIENCE_S
        looks = 0
        while looks < 5:
            self.assertLess(time.monotonic(), until)
            busy = board.json("GET", "/api/v1/diagnostics")[1]["workers"]["busy"]
            looks = looks + 1 if busy else 0
            time.sleep(0.05)

    def assert_ends(self, board):
        self.assertLess(seconds_to_end(board.process), EXIT_S)
        self.assertEqual(board.process.returncode, 0)

    def test_a_board_whose_settings_cannot_be_written_ends_in_time(self):
        with Board("--workers", "1") as board:
            self.hang(board, "settings.json.new")
            answers = self.begin(lambda: board.json("PATCH", "/api/v1/settings", {"name": "Lost"}))
            self.wait_until_stuck(board)
            self.assert_ends(board)
            self.assertNotIn(200, [answer and answer[0] for answer in answers])

    def test_a_change_of_the_settings_that_cannot_be_written_is_told_and_the_rest_goes_on(self):
        with Board("--workers", "1", "--name", "Kept") as board:
            self.hang(board, "settings.json.new")
            change = lambda: board.json("PATCH", "/api/v1/settings", {"name": "Lost"})
            first = self.begin(change)
            self.wait_until_stuck(board)
            second = self.begin(change)
            while not (first and second):
                self.assertEqual(board.request("GET", "/healthz")[0], 200)
                time.sleep(0.1)
            self.assertEqual((first[0][0], first[0][1]["code"]), (503, "storage_stuck"))
            self.assertEqual((second[0][0], second[0][1]["code"]), (503, "busy"))
            self.assertEqual(change()[1]["code"], "busy")
            self.assertEqual(board.json("GET", "/api/v1/settings")[1]["name"], "Kept")
            # The only worker hangs, and another has taken its place.
            self.assertEqual(board.json("POST", "/api/v1/wifi/scan")[0], 202)
            until = time.monotonic() + PATIENCE_S
            while board.json("GET", "/api/v1/jobs/1")[1]["state"] != "done":
                self.assertLess(time.monotonic(), until)
                time.sleep(0.1)
            self.assert_ends(board)

    def test_an_upload_that_cannot_be_written_fails_and_the_board_can_be_restarted(self):
        with Board("--workers", "1") as board:
            self.hang(board, "firmware-a")
            upload = lambda: board.json("PUT", "/api/v1/firmware", image())
            self.begin(upload)
            self.wait_until_stuck(board)
            status, problem = board.json("POST", "/api/v1/restart")
            self.assertEqual((status, problem["code"]), (409, "update_in_progress"))
            while (job := board.json("GET", "/api/v1/jobs/1")[1])["state"] == "running":
                time.sleep(0.1)
            self.assertEqual((job["state"], job["error"]["code"]), ("failed", "storage_stuck"))
            for answer in (upload(), board.json("DELETE", "/api/v1/firmware")):
                self.assertEqual((answer[0], answer[1]["code"]), (503, "storage_stuck"))
            pid = board.process.pid
            self.assertEqual(board.json("POST", "/api/v1/restart")[0], 202)
            self.assertEqual(board.process.stdout.readline(), f"listening on http://127.0.0.1:{board.port}/\n")
            self.assertEqual(board.process.pid, pid)
            self.assertEqual(board.json("GET", "/api/v1/firmware")[1]["slot"], "factory")

    def test_a_board_whose_upload_hangs_ends_in_time(self):
        with Board("--workers", "1") as board:
            self.hang(board, "firmware-a")
            self.begin(lambda: board.json("PUT", "/api/v1/firmware", image()))
            self.wait_until_stuck(board)
            self.assert_ends(board)

    def test_the_client_of_an_upload_that_cannot_be_written_is_told_and_others_have_its_connection(self):
        with Board("--workers", "1", "--connections", "4", "--buffers", "2") as board:
            self.hang(board, "firmware-a")
            told = self.begin(lambda: board.json("PUT", "/api/v1/firmware", image()))
            self.wait_until_stuck(board)
            until = time.monotonic() + PATIENCE_S
            while not told:
                self.assertLess(time.monotonic(), until, "it waits for ever")
                self.assertEqual(board.request("GET", "/healthz")[0], 200)
                time.sleep(0.1)
            self.assertEqual((told[0][0], told[0][1]["code"]), (503, "storage_stuck"))
            self.assert_ends(board)

    def test_the_client_of_an_image_that_cannot_be_given_up_is_told(self):
        with Board("--workers", "1") as board:
            executable = pathlib.Path(os.environ["BOARDWALK_BOARD"]).read_bytes()
            version = board.json("GET", "/api/v1/firmware")[1]["version"].encode()
            self.assertEqual(board.json("PUT", "/api/v1/firmware", image(executable, version))[0], 202)
            self.hang(board, "boot.new")
            self.assertEqual(board.json("DELETE", "/api/v1/firmware")[0], 503)
            self.assert_ends(board)


if __name__ == "__main__":
    unittest.main()
