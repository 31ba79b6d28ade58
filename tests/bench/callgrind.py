"""Instructions that a server takes for a request, outside the kernel: exact where times are noise."""

import re
import socket
import subprocess
import tempfile
from pathlib import Path

# What Chrome sends with a script's request to the page's own board.
BROWSER = """GET {path} HTTP/1.1
Host: 127.0.0.1:{port}
Connection: keep-alive
sec-ch-ua-platform: "Linux"
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36
sec-ch-ua: "Chromium";v="130", "Google Chrome";v="130", "Not?A_Brand";v="99"
sec-ch-ua-mobile: ?0
Accept: */*
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: cors
Sec-Fetch-Dest: empty
Referer: http://127.0.0.1:{port}/
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: en-GB,en-US;q=0.9,en;q=0.8
"""
SHORT = """GET {path} HTTP/1.1
Host: 127.0.0.1:{port}
Accept-Encoding: gzip
"""
CONNECTIONS = 24
ROUNDS = (5, 25)


def head(template, path, port, *more):
    return ("\r\n".join([*template.format(path=path, port=port).splitlines(), *more]) + "\r\n\r\n").encode()


def read_answer(link):
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(link)
    fields, _, rest = data.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", fields, re.IGNORECASE)
    missing = (int(length[1]) if length else 0) - len(rest)
    while missing > 0:
        missing -= len(receive(link))
    return fields


def receive(link):
    if piece := link.recv(65536):
        return piece
    raise RuntimeError("a server under callgrind closed the connection")


def instructions_per_request(start, template, path="/answer", *more):
    """`start(prefix)` is a context of a server with `port`, run by the command `prefix`. Over connections that stay open."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (run(start, template, path, more, rounds, Path(folder) / str(rounds)) for rounds in ROUNDS)
        return (many - few) / ((ROUNDS[1] - ROUNDS[0]) * CONNECTIONS)


def run(start, template, path, more, rounds, out):
    prefix = ["valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={out}.%p"]
    with start(prefix) as server:
        links = [socket.create_connection(("127.0.0.1", server.port), 60) for _ in range(CONNECTIONS)]
        request = head(template, path, server.port, *more)
        for _ in range(rounds):
            for link in links:
                link.sendall(request)
            for link in links:
                if not read_answer(link).split(b" ", 2)[1] in (b"200", b"304"):
                    raise RuntimeError(f"{path} was not answered")
        for link in links:
            link.close()
    files = list(out.parent.glob(f"{out.name}.*"))
    return sum(int(total) for file in files for total in re.findall(r"^(?:totals|summary): (\d+)", file.read_text(), re.MULTILINE)[-1:])
