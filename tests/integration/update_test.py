"""New firmware over HTTP: a real image of a real board, started, confirmed, refused, rolled back."""

import base64
import hashlib
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from board import BOARD, PATIENCE_S, STACK, Board

PACK = os.environ["BOARDWALK_PACK"]
HEADER_BYTES = 4096


class Virtual:
    """Firmware for this computer is a program. Another version has another one of the same length in its place."""
    model = "virtual"

    @staticmethod
    def version():
        return subprocess.run([BOARD, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]

    @staticmethod
    def payload():
        return pathlib.Path(BOARD).read_bytes()

    @staticmethod
    def unhealthy(deed="exits", mark=""):
        """One that starts, leaves a mark of that, and then exits, crashes or hangs."""
        payload = pathlib.Path(os.environ["BOARDWALK_TRIAL_PAYLOAD"]).read_bytes().replace(OLD.encode(), NEW.encode())
        for name, text, room in (("deed", deed, 7), ("mark", mark, 95)):
            assert len(text) < room
            assert payload.count(f"{name}:".encode()) == 1
            at = payload.index(f"{name}:".encode()) + 5
            payload = payload[:at] + text.ljust(room).encode() + payload[at + room:]
        return payload

    @staticmethod
    def strangers():
        """Programs that do not run here as this board, and a word of the reason that the board gives."""
        board = Virtual.payload()
        machine_at, loader_at = 18, board.index(b"/ld-")
        yield b"no program", "no program"
        yield b'#!/bin/sh\ntouch /nowhere\necho "boardwalk-board ' + NEW.encode() + b'"\n', "no program"
        yield board[:machine_at] + b"\x02\x00" + board[machine_at + 2:], "another kind of computer"
        yield board[:4] + bytes([3 - board[4]]) + board[5:], "another kind of computer"
        yield board[:9000], "not whole"
        yield board[:loader_at] + b"/xx-" + board[loader_at + 4:], "loader"
        yield pathlib.Path(PACK).read_bytes(), "not a boardwalk-board"
        yield Virtual.unhealthy().replace(b"virtual\0", b"toaster\0"), "another model"
        yield board, "another version"

    @staticmethod
    def end_of_trial(board):
        assert board.process.wait(PATIENCE_S) == 1


class Bare:
    """Firmware for the bare-metal board is what it runs from its memory (firmware/ports/mps2/boot)."""
    model = "mps2-an386"
    run_address, version_at, code_at = 0x4000, 80, 112

    @classmethod
    def version(cls):
        return cls.payload()[cls.version_at:cls.code_at].rstrip(b"\0").decode()

    @staticmethod
    def payload():
        return pathlib.Path(os.environ["BOARDWALK_PAYLOAD"]).read_bytes()

    @classmethod
    def unhealthy(cls, watchdog_counts=0xFFFF_FFFF):
        """Stands still; when its watchdog runs out is up to it."""
        start = cls.run_address + cls.code_at
        code = struct.pack("<6H2I", 0x4802, 0x4903, 0x6001,  # ldr r0, [pc, #8]; ldr r1, [pc, #12]; str r1, [r0]
                           0xBF30, 0xE7FD, 0,  # wfi; b .-2
                           0x4000_8000, watchdog_counts)
        vectors = struct.pack("<16I", 0x2000_3000, start + 1, *[start + 6 + 1] * 14)
        end = start + len(code)
        return vectors + b"BWMPS2\n\0" + struct.pack("<2I32s", cls.run_address, end, NEW.encode()) + code

    @staticmethod
    def strangers():
        yield b"no program", "no whole firmware"
        yield pathlib.Path(PACK).read_bytes()[:9000], "no whole firmware"
        yield Bare.unhealthy()[:-4], "no whole firmware"
        yield Bare.payload(), "another version"

    @staticmethod
    def end_of_trial(board):
        wait_for_trial(board)
        board.cut_power()


MACHINE = Bare if "BOARDWALK_PAYLOAD" in os.environ else Virtual
OLD = MACHINE.version()
NEW = OLD[:-1] + ("8" if OLD[-1] == "9" else "9")


def pack(payload, version=NEW, model=MACHINE.model):
    with tempfile.TemporaryDirectory() as folder:
        source, image = pathlib.Path(folder, "payload"), pathlib.Path(folder, "image")
        source.write_bytes(payload)
        subprocess.run([PACK, model, version, source, image], check=True)
        return image.read_bytes()


def new_board():
    """The same board under another version."""
    return MACHINE.payload().replace(OLD.encode(), NEW.encode())


TRIAL = "boot: slot a, on trial\n"


def wait_for_trial(board):
    assert eventually(lambda: TRIAL in board.console()), board.console()


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
                board.claim()
                before = board.json("GET", "/api/v1/info")[1]
                self.assertEqual(before["firmware"], OLD)
                status, job = upload(board, image, Content_Digest=digest(image))
                self.assertEqual((status, job["state"]), (202, "done"), job)
                self.assertEqual(job["result"], {"version": NEW, "slot": "a"})
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
                self.assertEqual(board.json("GET", "/api/v1/firmware")[1]["slot"], "a")
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], NEW)

    def test_firmware_that_ends_before_it_confirms_itself_is_rolled_back(self):
        with tempfile.TemporaryDirectory() as data:
            with Board(data_dir=data) as board:
                self.assertEqual(upload(board, pack(MACHINE.unhealthy()))[0], 202)
                self.assertEqual(board.json("POST", "/api/v1/restart")[0], 202)
                MACHINE.end_of_trial(board)
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
                lines = board.json("GET", "/api/v1/logs")[1]["lines"]
                self.assertTrue(any("did not confirm itself" in line["text"] for line in lines), lines)
                restart(board)
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD, "for good")
                self.assertEqual(board.json("GET", "/api/v1/firmware")[1]["slot"], "factory")

    def test_images_that_are_wrong_are_refused_with_a_reason_and_change_nothing(self):
        good = pack(MACHINE.unhealthy())
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
            ("digest_mismatch", 400, good, {"Content_Digest": digest(flipped)}),
            ("bad_digest", 400, good, {"Content_Digest": "sha-256=:AAAA:"}),
            ("unsupported_media_type", 415, good, {"Content_Type": "text/plain"}),
        ]
        with Board() as board:
            for code, status, body, fields in rows:
                with self.subTest(code):
                    answer = upload(board, body, **fields)
                    self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer)
            for payload, reason in MACHINE.strangers():
                with self.subTest(reason):
                    status, problem = upload(board, pack(payload))
                    self.assertEqual((status, problem["code"]), (422, "not_executable"), problem)
                    self.assertIn(reason, problem["detail"])
            restart(board)
            self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
            self.assertEqual(upload(board, good, Content_Digest="md5=:AAAA:")[0], 202, "another algorithm is none")

    def test_what_is_stored_is_told_and_can_be_discarded_until_it_starts(self):
        stored = lambda: board.json("GET", "/api/v1/firmware")[1]["stored"]
        discard = lambda: board.request("DELETE", "/api/v1/firmware")
        payload = new_board()
        with Board() as board:
            self.assertIsNone(stored())
            self.assertEqual(discard()[0], 204, "nothing is stored: nothing to do")
            self.assertEqual(upload(board, pack(payload))[0], 202)
            self.assertEqual(stored(), {"version": NEW, "slot": "a", "size_bytes": len(payload)})
            self.assertEqual(upload(board, pack(b"x", model="other"))[0], 422)
            self.assertEqual(stored()["version"], NEW, "an upload that is refused by its header changes nothing")
            status, fields, body = discard()
            self.assertEqual((status, body), (204, b""))
            self.assertIsNone(stored())
            restart(board)
            self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
            self.assertEqual(board.json("GET", "/api/v1/firmware")[1]["slot"], "factory")
            self.assertEqual(upload(board, pack(payload))[0], 202)
            restart(board)
            self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], NEW)
            self.assertIsNone(stored(), "it was started")

    def test_a_board_killed_in_the_middle_of_an_upload_starts_as_it_was(self):
        image = pack(new_board())
        with tempfile.TemporaryDirectory() as data:
            for part in (100, HEADER_BYTES, HEADER_BYTES + 5000, len(image) // 2, len(image) - 1):
                with Board(data_dir=data) as board:
                    self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
                    client = socket.create_connection(("127.0.0.1", board.port), timeout=PATIENCE_S)
                    head = f"PUT /api/v1/firmware HTTP/1.1\r\nHost: localhost\r\n{board.owner_line()}Content-Length: {len(image)}\r\n\r\n"
                    client.sendall(head.encode() + image[:part])
                    if (sectors := part // HEADER_BYTES - 1) > 0:
                        written = sectors * HEADER_BYTES / (len(image) - HEADER_BYTES)
                        progress = lambda: board.json("GET", "/api/v1/jobs/1")[1].get("progress") or 0
                        self.assertTrue(eventually(lambda: progress() >= written - 0.02))
                    board.cut_power()
                    client.close()
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)

    def test_a_board_that_loses_its_power_before_the_restart_starts_with_what_was_stored(self):
        image = pack(new_board())
        with tempfile.TemporaryDirectory() as data:
            with Board(data_dir=data) as board:
                self.assertEqual(upload(board, image, Content_Digest=digest(image))[0], 202)
                board.cut_power()
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], NEW)

    def test_an_upload_that_ends_early_is_a_failed_job_and_the_next_one_works(self):
        image = pack(MACHINE.unhealthy())
        with Board() as board:
            client = socket.create_connection(("127.0.0.1", board.port), timeout=PATIENCE_S)
            head = f"PUT /api/v1/firmware HTTP/1.1\r\nHost: localhost\r\n{board.owner_line()}Content-Length: {len(image)}\r\n\r\n"
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


@unittest.skipUnless(MACHINE is Virtual, "firmware here is no program")
class Program(unittest.TestCase):
    """What only running an image tells is told by its trial, and not one instruction of it runs before."""

    def go(self, deed, exit_code):
        with tempfile.TemporaryDirectory() as data:
            mark = pathlib.Path(data, "ran")
            with Board(data_dir=data) as board:
                self.assertEqual(upload(board, pack(Virtual.unhealthy(deed, str(mark))))[0], 202)
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
                self.assertFalse(mark.exists(), "it ran before the restart")
                self.assertEqual(board.json("POST", "/api/v1/restart")[0], 202)
                self.assertEqual(board.process.wait(PATIENCE_S), exit_code)
                self.assertTrue(mark.exists(), "its trial")
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
                self.assertIsNone(board.json("GET", "/api/v1/firmware")[1]["stored"])
                lines = board.json("GET", "/api/v1/logs")[1]["lines"]
                self.assertTrue(any("did not confirm itself" in line["text"] for line in lines), lines)

    def test_one_that_exits_at_once_is_gone_at_the_next_start(self):
        self.go("exits", 1)

    def test_one_that_crashes_is_gone_at_the_next_start(self):
        self.go("crashe", -signal.SIGSEGV)

    @unittest.skipIf("lwip" in STACK, "it takes as long as a trial, and the network has no part in it")
    def test_one_that_hangs_ends_with_its_trial_and_is_gone_at_the_next_start(self):
        self.go("hangs", -signal.SIGALRM)

    def test_a_program_that_is_refused_is_not_run_at_the_next_start_either(self):
        with tempfile.TemporaryDirectory() as data:
            mark = pathlib.Path(data, "ran")
            script = f'#!/bin/sh\ntouch {mark}\necho "boardwalk-board {NEW}"\n'
            for end in (lambda board: board.cut_power(), lambda board: restart(board), lambda board: None):
                with Board(data_dir=data) as board:
                    self.assertEqual(upload(board, pack(script.encode()))[0], 422)
                    end(board)
                self.assertFalse(mark.exists())


@unittest.skipIf(MACHINE is Virtual, "nobody watches a program that is started in another's place")
class Trial(unittest.TestCase):
    def assert_back(self, board):
        """The next that it says is that it listens again, without help."""
        restart(board)
        self.assertEqual(board.json("GET", "/api/v1/info")[1]["firmware"], OLD)
        lines = board.json("GET", "/api/v1/logs")[1]["lines"]
        self.assertTrue(any("did not confirm itself" in line["text"] for line in lines), lines)

    def test_firmware_that_faults_makes_way_for_the_one_before(self):
        with Board("--provoke", "trial") as board:
            self.assertEqual(upload(board, pack(new_board()))[0], 202)
            self.assert_back(board)
            wait_for_trial(board)
            self.assertIn("fault: at", board.console().partition(TRIAL)[2])

    def test_firmware_that_hangs_is_ended_by_the_watchdog(self):
        with Board() as board:
            self.assertEqual(upload(board, pack(MACHINE.unhealthy(watchdog_counts=1_000_000)))[0], 202)
            self.assert_back(board)


if __name__ == "__main__":
    unittest.main()
