"""Servers that a benchmark starts, and ends by their process id whatever happens."""

import subprocess
import urllib.parse


class Server:
    """A program that prints `listening on http://…` once it accepts. Use with `with`."""

    def __init__(self, command):
        self.command = [str(word) for word in command]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if line.startswith("listening on "):
                self.url = line.split()[2].rstrip("/")
                where = urllib.parse.urlsplit(self.url)
                self.address = (where.hostname, where.port)
                return self
        raise RuntimeError(f"{self.command[0]} ended before it listened (exit {self.process.wait()})")

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def memory_peak_kb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
        return 0
