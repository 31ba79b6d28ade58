"""Makes a board's owner, as any program does it: the set-up code, `POST /api/v1/claim`, then a bearer token."""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
from pathlib import Path

PASSWORD = "a password of the tests"
ITERATIONS = 10_000


def b64(value: bytes) -> str:
    """base64url without padding, as all keys are on the wire."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def keys(password: str = PASSWORD, salt: bytes | None = None, iterations: int = ITERATIONS) -> dict:
    """What a board keeps of a password (RFC 5802 §3); the password itself does not leave the client."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    return {
        "salt": b64(salt),
        "iterations": iterations,
        "stored_key": b64(hashlib.sha256(client_key).digest()),
        "server_key": b64(hmac.digest(salted, b"Server Key", "sha256")),
    }


def claim(host: str, port: int, code: str, token: str | None = None, timeout: float = 60) -> str:
    """The token of the new owner, named `owner`. Raises when the board says anything but 201."""
    token = token or secrets.token_urlsafe(24)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    body = json.dumps({"code": code, "user": "owner", "token": token, **keys()})
    connection.request("POST", "/api/v1/claim", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    if response.status != 201:
        raise AssertionError(f"the claim was answered {response.status}: {data!r}")
    return token


def claim_by_file(host: str, port: int, data_dir: str, **settings) -> dict:
    """Claims a board on this computer, with the code from its data directory, and changes its settings. Returns the
    field of its owner's requests."""
    code = (Path(data_dir) / "setup-code").read_text().strip()
    field = {"Authorization": f"Bearer {claim(host, port, code)}"}
    if settings:
        connection = http.client.HTTPConnection(host, port, timeout=60)
        connection.request("PATCH", "/api/v1/settings", json.dumps(settings),
                           {"Content-Type": "application/merge-patch+json", **field})
        response = connection.getresponse()
        data = response.read()
        connection.close()
        if response.status != 200:
            raise AssertionError(f"the settings were answered {response.status}: {data!r}")
    return field
