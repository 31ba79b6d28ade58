"""New firmware over HTTP: a real image of a real board, started, confirmed, refused, rolled back."""

import base64
import hashlib
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import unittest

from board import BOARD, Board

PACK = os.environ["BOARDWALK_PACK"]
HEADER_BYTES = 4096
OLD = subprocess.run([BOARD, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
NEW = OLD[:-1] + ("8" if OLD[-1] == "9" else "9")


def pack(payload, version=NEW, model="virtual"):
    with tempfile.TemporaryDirectory() as folder:
        source, image = pathlib.Path(folder, "payload"), pathlib.Path(folder, "image")
        source.write_bytes(payload)
        subprocess.run([PACK, model, version, source, image], check=True)
        return image.read_bytes()


def new_board():
    """The same board under another version: one of the same length takes its place in the executable."""
    return pathlib.Path(BOARD).read_bytes().replace(OLD.encode(), NEW.encode())


def script(text):
    return f'#!/bin/sh\n[ "$1" = --version ] && echo "boardwalk-board {NEW}" && exit 0\n{text}\n'.encode()


def digest(body):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def eventually(question, seconds=20):
    until = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def upload(board, image, **fields):
    return board.json("PUT", "/api/v1/firmware", image, **fields)


def restart(board):
    """Restarts the board and waits until it listens again, in the same process on the same port."""
    assert board.json("POST", "/api/v1/restart")[0] == 202
    line = board.process.stdout.readline()
    assert line == f"listening on http://127.0.0.1:{board.port}/\n", line


class Update(unittest.TestCase):
    def test_new_firmware_starts_in_the_same_process_confirms_itself_and_stays(self):
        image = pack(new_board())
        with tempfile.TemporaryDirectory() as data:
            with Board("--name", "Kept", data_dir=data) as board:
                before = board.json("GET", "/api/v1/info")[1]
                self.assertEqual(before["firmware"], OLD)
                status, job = upload(board, image, Content_Digest=digest(image))
                self.assertEqual((status, job["state"]), (202, "done"), job)
                self.assertEqual(job["result"], {"version": NEW})
                self.assertEqual(board.json("GET", "/api/v1/jobs/" + job["id"])[1], job)
                self.assertEqual(board.json("GET", "/api/v1/info")[1], before, "not before the restart")
                pid = board.process.pid
                restart(board)
                after = board.json("GET", "/api/v1/info")[1]
                self.assertIsNone(board.process.poll())
                self.assertEqual(pid, board.process.pid)
                self.assertEqual((after["firmware"], after["id"], after["name"]), (NEW, before["id"], "Kept"))
                self.assertNotEqual(after["boot_id"], before["boot_id"])
                state = lambda: board.json("GET", "/api/v1/firmware")[1]["state"] == "confirmed"
                self.assertTrue(eventually(state))
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], NEW)

    def test_firmware_that_ends_before_it_confirms_itself_is_rolled_back(self):
        with tempfile.TemporaryDirectory() as data:
            with Board(data_dir=data) as board:
                self.assertEqual(upload(board, pack(script("exit 1")))[0], 202)
                self.assertEqual(board.json("POST", "/api/v1/restart")[0], 202)
                self.assertEqual(board.process.wait(10), 1)
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
                lines = board.json("GET", "/api/v1/logs")[1]["lines"]
                self.assertTrue(any("did not confirm itself" in line["text"] for line in lines), lines)
                restart(board)
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD, "for good")

    def test_images_that_are_wrong_are_refused_with_a_reason_and_change_nothing(self):
        good = pack(script("exit 1"))
        flipped = good[:-1] + bytes([good[-1] ^ 1])
        reserved = good[:4000] + b"x" + good[4001:]
        rows = [
            ("not_an_image", 422, b"x" * 9000, {}),
            ("wrong_length", 422, good[:100], {}),
            ("wrong_length", 422, good[:-1], {}),
            ("wrong_length", 422, good + b"x", {}),
            ("payload_corrupt", 422, flipped, {}),
            ("unknown_layout", 422, reserved, {}),
            ("wrong_model", 422, pack(b"x", model="other"), {}),
            ("not_executable", 422, pack(b"no program"), {}),
            ("not_executable", 422, pack(script("exit 1"), version="7.7.7"), {}),
            ("digest_mismatch", 400, good, {"Content_Digest": digest(flipped)}),
            ("bad_digest", 400, good, {"Content_Digest": "sha-256=:AAAA:"}),
            ("unsupported_media_type", 415, good, {"Content_Type": "text/plain"}),
        ]
        with Board() as board:
            for code, status, body, fields in rows:
                with self.subTest(code):
                    answer = upload(board, body, **fields)
                    self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer)
            restart(board)
            self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
            self.assertEqual(upload(board, good, Content_Digest="md5=:AAAA:")[0], 202, "another algorithm is none")

    def test_a_board_killed_in_the_middle_of_an_upload_starts_as_it_was(self):
        image = pack(new_board())
        with tempfile.TemporaryDirectory() as data:
            for part in (100, HEADER_BYTES, HEADER_BYTES + 5000, len(image) // 2, len(image) - 1):
                with Board(data_dir=data) as board:
                    self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
                    client = socket.create_connection(("127.0.0.1", board.port), timeout=10)
                    head = f"PUT /api/v1/firmware HTTP/1.1\r\nHost: a\r\nContent-Length: {len(image)}\r\n\r\n"
                    client.sendall(head.encode() + image[:part])
                    board.process.kill()
                    board.process.wait(5)
                    client.close()
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)

    def test_an_upload_that_ends_early_is_a_failed_job_and_the_next_one_works(self):
        image = pack(script("exit 1"))
        with Board() as board:
            client = socket.create_connection(("127.0.0.1", board.port), timeout=10)
            head = f"PUT /api/v1/firmware HTTP/1.1\r\nHost: a\r\nContent-Length: {len(image)}\r\n\r\n"
            client.sendall(head.encode() + image[:-1])
            self.assertTrue(eventually(lambda: board.json("GET", "/api/v1/jobs/1")[0] == 200))
            status, problem = upload(board, image)
            self.assertEqual((status, problem["code"]), (409, "update_in_progress"))
            status, problem = board.json("POST", "/api/v1/restart")
            self.assertEqual((status, problem["code"]), (409, "update_in_progress"))
            client.close()
            failed = lambda: board.json("GET", "/api/v1/jobs/1")[1]["state"] == "failed"
            self.assertTrue(eventually(failed))
            self.assertEqual(board.json("GET", "/api/v1/jobs/1")[1]["error"]["code"], "truncated")
            self.assertEqual(upload(board, image)[0], 202)


if __name__ == "__main__":
    unittest.main()
