"""A real board and its owner: from the code in its data directory to people, tokens, and both ways to forget them."""

import base64
import hashlib
import hmac
import json
import os
import re
import stat
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

BOARD = os.environ["BOARDWALK_BOARD"]
PASSWORD = "correct horse battery"
SALT = bytes(range(16))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def keys(password=PASSWORD, iterations=10_000):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, iterations)
    client, server = (hmac.digest(salted, name, "sha256") for name in (b"Client Key", b"Server Key"))
    return client, hashlib.sha256(client).digest(), server


def verifier(password=PASSWORD):
    _, stored, server = keys(password)
    return {"salt": b64(SALT), "iterations": 10_000, "stored_key": b64(stored), "server_key": b64(server)}


class Board:
    def __init__(self, folder, *options):
        self.folder = Path(folder)
        self.log = open(self.folder.parent / "console", "w+")
        self.process = subprocess.Popen([BOARD, "--port", "0", "--data-dir", folder, *options], stdout=subprocess.PIPE,
                                        stderr=self.log, text=True)
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline())[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
        self.log.close()

    def console(self):
        self.log.flush()
        return (self.folder.parent / "console").read_text()

    def ask(self, method, path, body=None, **fields):
        """(status, headers, document or text)"""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method,
                                         headers={"Content-Type": "application/json", **fields})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                status, headers, text = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, headers, text = error.code, error.headers, error.read().decode()
        return status, headers, json.loads(text) if "json" in headers.get("Content-Type", "") else text

    def claim(self, **more):
        code = (self.folder / "setup-code").read_text().strip()
        return self.ask("POST", "/api/v1/claim", {"code": code, "user": "owner", **verifier(), **more})

    def sign_in(self, user="owner", password=PASSWORD):
        own = b64(os.urandom(18))
        _, _, asked = self.ask("POST", "/api/v1/session", {"user": user, "client_nonce": own})
        client, stored, server = keys(password)
        message = (f"n={user},r={own},r={asked['nonce']},s={asked['salt']},i={asked['iterations']},"
                   f"c=biws,r={asked['nonce']}").encode()
        proof = bytes(a ^ b for a, b in zip(client, hmac.digest(stored, message, "sha256")))
        status, headers, answer = self.ask("PUT", "/api/v1/session", {"nonce": asked["nonce"], "proof": b64(proof)})
        if status == 200:
            assert answer["server_proof"] == b64(hmac.digest(server, message, "sha256"))
        return status, headers


class Owner(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = os.path.join(self.temporary.name, "data")
        os.mkdir(self.folder)

    def tearDown(self):
        self.temporary.cleanup()

    def files(self):
        return {path.name for path in Path(self.folder).iterdir()}

    def run_to_its_end(self, *options):
        return subprocess.run([BOARD, "--port", "0", "--data-dir", self.folder, *options], capture_output=True, text=True,
                              timeout=30)

    def test_the_code_is_on_the_console_and_in_a_file_for_its_user_alone_until_the_claim(self):
        with Board(self.folder) as board:
            file = Path(self.folder) / "setup-code"
            code = file.read_text()
            self.assertRegex(code, r"^[0-9A-HJKMNP-TV-Z]{8}\n$")
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
            self.assertIn(f"set-up code: {code}", board.console())
            self.assertEqual(board.ask("PUT", "/api/v1/outputs/lamp", {"value": True})[2]["code"], "unclaimed")
            self.assertEqual(board.ask("POST", "/api/v1/restart")[2]["code"], "unclaimed", "loopback is no owner")
            status, headers, answer = board.claim()
            self.assertEqual((status, answer["role"]), (201, "owner"))
            self.assertFalse(file.exists())
            cookie = headers["Set-Cookie"].split(";")[0]
            self.assertEqual(board.ask("GET", "/api/v1/logs", Cookie=cookie)[0], 200)
            status, headers, _ = board.ask("GET", "/api/v1/state")
            self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"))

    def test_a_label_of_the_board_is_its_code(self):
        label = Path(self.temporary.name) / "label"
        label.write_text("7k2mx9qd\n")
        with Board(self.folder, "--setup-code-file", str(label)) as board:
            self.assertEqual((Path(self.folder) / "setup-code").read_text(), "7K2MX9QD\n")
            self.assertEqual(board.claim(code="7K2MX9QD")[0], 201)
        for text in ("", "7k2mx9q", "7k2mx9qU"):
            label.write_text(text)
            ended = self.run_to_its_end("--setup-code-file", str(label))
            self.assertEqual(ended.returncode, 2, text)
            self.assertIn("--setup-code-file", ended.stderr)
            self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)

    def test_a_password_signs_in_over_the_wire_without_being_on_it(self):
        with Board(self.folder) as board:
            board.claim()
            status, headers = board.sign_in()
            self.assertEqual(status, 200)
            cookie = headers["Set-Cookie"].split(";")[0]
            status, headers, answer = board.ask("GET", "/api/v1/session", Cookie="theme=dark; " + cookie)
            self.assertEqual((status, answer, headers["Cache-Control"]), (200, {"user": "owner", "role": "owner"}, "no-store"))
            self.assertEqual(board.sign_in(password="correct horse batterz")[0], 401)
            large = "other=" + "c" * 6_000
            self.assertEqual(board.ask("GET", "/api/v1/session", Cookie=f"{large}; {cookie}; {large}")[0], 200)

    def test_nothing_secret_is_in_the_data_directory_and_a_reset_leaves_nothing_of_the_owner(self):
        token = b64(os.urandom(32))
        bearer = {"Authorization": "Bearer " + token}
        with Board(self.folder) as board:
            code = (Path(self.folder) / "setup-code").read_text().strip()
            _, headers, _ = board.claim(token=token)
            session = re.search(r"=([^;]+);", headers["Set-Cookie"])[1]
            self.assertEqual(board.ask("PATCH", "/api/v1/settings", {"name": "Shed"}, **bearer)[0], 200)
            self.assertEqual(board.ask("PUT", "/api/v1/users/B%C3%B6b", {"role": "viewer", **verifier("another one")},
                                       **bearer)[0], 204)
            board_id = board.ask("GET", "/api/v1/info")[2]["id"]
            console = board.console()
        content = b"".join(path.read_bytes() for path in Path(self.folder).iterdir())
        client, stored, server = keys()
        for secret in (PASSWORD.encode(), token.encode(), session.encode(), code.encode(), client):
            self.assertNotIn(secret, content)
            self.assertTrue(secret == code.encode() or secret not in console.encode())
        for kept in (stored, server):
            self.assertIn(kept, content)

        ended = self.run_to_its_end("--reset-owner")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
        content = b"".join(path.read_bytes() for path in Path(self.folder).iterdir())
        for gone in (stored, server, SALT, "Böb".encode(), hashlib.sha256(token.encode()).digest()):
            self.assertNotIn(gone, content)
        with Board(self.folder) as board:
            info = board.ask("GET", "/api/v1/info")[2]
            self.assertEqual((info["claimed"], info["name"], info["id"]), (False, "Shed", board_id))
            self.assertEqual(board.claim()[0], 201)

        (Path(self.folder) / "owner.corrupt-1").write_bytes(b"old keys")
        (Path(self.folder) / "a-file-of-somebody-else").write_text("stays")
        self.assertEqual(self.run_to_its_end("--factory-reset").returncode, 0)
        self.assertEqual(self.files(), {"lock", "a-file-of-somebody-else"})

    def test_while_the_board_runs_nothing_is_reset(self):
        with Board(self.folder) as board:
            board.claim()
            for option in ("--reset-owner", "--factory-reset"):
                ended = self.run_to_its_end(option)
                self.assertEqual(ended.returncode, 1)
                self.assertIn("another boardwalk-board uses it", ended.stderr)
            self.assertTrue(board.ask("GET", "/api/v1/info")[2]["claimed"])

    def test_of_two_claims_at_once_one_is_the_owner(self):
        import threading
        with Board(self.folder) as board:
            code = (Path(self.folder) / "setup-code").read_text().strip()
            statuses, ready = [], threading.Barrier(7)

            def claim(number):
                ready.wait()
                statuses.append(board.ask("POST", "/api/v1/claim", {"code": code, "user": f"u{number}", **verifier()})[0])

            threads = [threading.Thread(target=claim, args=(number,)) for number in range(7)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(statuses), [201] + 6 * [409])


if __name__ == "__main__":
    unittest.main()
