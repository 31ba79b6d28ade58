"""Starts a real boardwalk-board on a free loopback port, and talks to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import owner

BOARD = os.environ["BOARDWALK_BOARD"]
# What every board of this run is started with: the same suites run on each network stack.
STACK = os.environ.get("BOARDWALK_STACK", "").split()
# A busy machine is no failure. (A handshake that slirp lost comes again after 6 s, and after 18.)
PATIENCE_S = 60
# What is promised from SIGTERM to the end.
EXIT_S = 2
# A port that has no options but the TCP port's number.
BARE = "BOARDWALK_BARE" in os.environ


def processor_wait_s(pid):
    """How long a process' first thread was ready to run and had no processor, all in all."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


def seconds_to_end(process):
    """Ends it by SIGTERM; returns the seconds that it took, without those in which the machine had no processor for it
    or for this test: what is left is what the board waits for by itself."""
    processes = ("self", process.pid)
    begun, waited = time.monotonic(), sum(map(processor_wait_s, processes))
    process.send_signal(signal.SIGTERM)
    # Left as a zombie for now, of which the kernel still tells.
    while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG):
        if time.monotonic() - begun > PATIENCE_S:
            process.kill()
            raise AssertionError("the board does not end")
        time.sleep(0.001)
    seconds = time.monotonic() - begun
    waited = sum(map(processor_wait_s, processes)) - waited
    process.wait()
    return seconds - waited


# What a board without an owner lets nobody do, and the others do not let strangers do.
OWNERS_METHODS = ("POST", "PUT", "PATCH", "DELETE")
OWNERS_PATHS = ("/api/v1/logs", "/api/v1/firmware", "/api/v1/wifi", "/api/v1/settings/backup")
# A board that starts anew where it ran before knows its owner.
tokens_of_folders = {}


class Board:
    """A running board; ends with the `with` block. Whoever writes to it by `request` is its owner: it is claimed then."""

    def __init__(self, *options, data_dir=None):
        self._own = tempfile.TemporaryDirectory() if data_dir is None else None
        self.data_dir = data_dir or self._own.name
        self._claiming = threading.Lock()
        self.token = tokens_of_folders.get(self.data_dir)
        self._console = tempfile.TemporaryFile()  # a pipe that nobody reads holds up who has much to say
        self.process = subprocess.Popen(
            [BOARD, "0"] if BARE else [BOARD, "--port", "0", "--data-dir", self.data_dir, *STACK, *options],
            stdout=subprocess.PIPE, stderr=self._console, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"listening on http://\[?([0-9a-f.:]+?)\]?:(\d+)/\n", line)
        if not found:
            self.process.kill()
            problem = AssertionError(f"no address in {line!r}")
            self._end(problem)
            raise problem
        self.host, self.port = found[1], int(found[2])

    def __enter__(self):
        return self

    def __exit__(self, _, error, __):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self._end(error)

    def _end(self, error):
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        if error is not None:
            error.add_note(f"The board's console ended with:\n{self.console()[-2_000:]}")
        self._console.close()
        self.process.stdout.close()
        if self._own:
            self._own.cleanup()

    def console(self):
        """What the board has said on stderr."""
        # Where the board writes on is where this descriptor stands: it is not moved.
        return os.pread(self._console.fileno(), os.fstat(self._console.fileno()).st_size, 0).decode(errors="replace")

    def cut_power(self):
        """From one instruction to the next nothing is done any more."""
        # An emulated board is a child of what was started, which ends with it.
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in map(int, children or [self.process.pid]):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    @staticmethod
    def let_the_silent_go():
        """After a crowd that says nothing. On lwIP a handshake without a place goes unanswered; slirp repeats it
        only after six seconds, so whoever comes next waits here until a place is made."""
        if STACK:
            time.sleep(0.5)

    def setup_code(self):
        """Read where a person reads it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if found := re.search(r"set-up code: ([0-9A-Z]{8})\b", self.console()):
                return found[1]
            time.sleep(0.01)
        raise AssertionError("the board told no set-up code")

    def claim(self, token=None):
        """Makes this client the owner, with a token of its choice; returns the field that says so."""
        with self._claiming:
            if not self.token:
                self.token = owner.claim(self.host, self.port, self.setup_code(), token, timeout=PATIENCE_S)
                tokens_of_folders[self.data_dir] = self.token
        return {"Authorization": f"Bearer {self.token}"}

    def owner_line(self):
        """The same, for a head that is written by hand."""
        return "".join(f"{name}: {value}\r\n" for name, value in self.claim().items())

    def request(self, method, path, body=None, stranger=False, **fields):
        """Returns (status, fields, body) of one request on a connection of its own. A stranger says nothing of who it
        is, and claims nothing."""
        if not stranger and (self.token or method in OWNERS_METHODS or path.startswith(OWNERS_PATHS)):
            fields = {**self.claim(), **fields}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
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


def run(*options, timeout=PATIENCE_S):
    """Runs the board to its end; returns (exit code, stdout, stderr)."""
    done = subprocess.run([BOARD, *options], capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout, done.stderr
