"""Starts a real boardwalk-board on a free loopback port, and talks to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import tempfile

BOARD = os.environ["BOARDWALK_BOARD"]


class Board:
    """A running board; ends with the `with` block."""

    def __init__(self, *options, data_dir=None):
        self._own = tempfile.TemporaryDirectory() if data_dir is None else None
        self.data_dir = data_dir or self._own.name
        self.process = subprocess.Popen(
            [BOARD, "--port", "0", "--data-dir", self.data_dir, *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://127\.0\.0\.1:(\d+)/\n", line)
        if not found:
            self.process.kill()
            raise AssertionError(f"no address in {line!r}: {self.process.stderr.read()}")
        self.port = int(found[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(5)
        self.process.stdout.close()
        self.process.stderr.close()
        if self._own:
            self._own.cleanup()

    def request(self, method, path, body=None, **fields):
        """Returns (status, fields, body) of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response.status, response.headers, data

    def json(self, method, path, body=None, **fields):
        status, _, data = self.request(method, path, body, **fields)
        return status, json.loads(data)


def run(*options, timeout=5):
    """Runs the board to its end; returns (exit code, stdout, stderr)."""
    done = subprocess.run([BOARD, *options], capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout, done.stderr
