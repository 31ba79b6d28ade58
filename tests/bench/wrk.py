"""wrk as a function: one closed loop of connections against one URL, figures back as numbers."""

import json
import socket
import subprocess
from pathlib import Path

REPORT = Path(__file__).with_name("report.lua")


def load(url, seconds, connections=24, headers=()):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(REPORT), url]
    for header in headers:
        command += ["-H", header]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
    figures = [line for line in answer.stdout.splitlines() if line.startswith("{")]
    if answer.returncode or not figures:
        raise RuntimeError(f"wrk failed on {url}: {answer.stderr or answer.stdout}")
    return json.loads(figures[-1])


def fetch(address, path, headers=()):
    """One answer exactly as it travels: its status, its fields and the size of all of it in bytes."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {address[0]}:{address[1]}", *headers]
    with socket.create_connection(address, 5) as link:
        link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        received = b""
        while b"\r\n\r\n" not in received:
            piece = link.recv(65536)
            if not piece:
                raise RuntimeError(f"no whole answer for {path}")
            received += piece
        head, _, _ = received.partition(b"\r\n\r\n")
        status_line, *fields = head.decode("latin-1").split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
        status = int(status_line.split()[1])
        body_bytes = 0 if status == 304 else int(fields.get("content-length", 0))
        return status, fields, len(head) + 4 + body_bytes
