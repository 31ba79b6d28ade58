"""What board, page and companion are held to in shared/sign_in is what Python's own library makes of it."""

import base64
import hashlib
import hmac
import json
import sys
import unicodedata
import unittest
from pathlib import Path

SIGN_IN = Path(__file__).resolve().parents[2] / "shared" / "sign_in"


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class SignInVectors(unittest.TestCase):
    def setUp(self):
        self.worst = (SIGN_IN / "worst-passwords.txt").read_text().split("\n")[:-1]

    def reason(self, password: str) -> str | None:
        length = len(unicodedata.normalize("NFC", password))
        if length < 8:
            return "short"
        if length > 64:
            return "long"
        return "common" if unicodedata.normalize("NFC", password).lower() in self.worst else None

    def test_each_exchange_is_scram_sha_256(self):
        for each in json.loads((SIGN_IN / "scram.json").read_text())["exchanges"]:
            with self.subTest(each["name"]):
                password = unicodedata.normalize("NFC", each["password"]).encode()
                salted = hashlib.pbkdf2_hmac("sha256", password, from_b64(each["salt"]), each["iterations"])
                client_key = hmac.digest(salted, b"Client Key", "sha256")
                stored_key = hashlib.sha256(client_key).digest()
                server_key = hmac.digest(salted, b"Server Key", "sha256")
                message = each["auth_message"].encode()
                signature = hmac.digest(stored_key, message, "sha256")
                self.assertEqual(each["stored_key"], b64(stored_key))
                self.assertEqual(each["server_key"], b64(server_key))
                self.assertEqual(each["proof"], b64(bytes(a ^ b for a, b in zip(client_key, signature))))
                self.assertEqual(each["server_proof"], b64(hmac.digest(server_key, message, "sha256")))
                self.assertTrue(each["nonce"].startswith(each["client_nonce"]))

    def test_composed_and_decomposed_are_one_password(self):
        exchanges = json.loads((SIGN_IN / "scram.json").read_text())["exchanges"]
        keys = [each["stored_key"] for each in exchanges if "é" in each["name"]]
        self.assertEqual(len(keys), 2)
        self.assertEqual(keys[0], keys[1])

    def test_passwords_are_taken_and_refused_by_the_rule(self):
        passwords = json.loads((SIGN_IN / "passwords.json").read_text())
        for each in passwords["taken"]:
            with self.subTest(each["name"]):
                self.assertIsNone(self.reason(each["password"]))
                self.assertEqual(each["normalized"], unicodedata.normalize("NFC", each["password"]))
        for each in passwords["refused"]:
            with self.subTest(each["name"]):
                self.assertEqual(self.reason(each["password"]), each["reason"])

    def test_the_list_has_a_hundred_that_the_length_alone_would_take(self):
        self.assertEqual(len(set(self.worst)), 100)
        self.assertEqual(self.worst, sorted(self.worst))
        for each in self.worst:
            self.assertEqual(each, each.lower())
            self.assertGreaterEqual(len(each), 8)


if __name__ == "__main__":
    sys.exit(unittest.main())
