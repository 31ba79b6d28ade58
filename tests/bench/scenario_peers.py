"""One request beside nginx, lighttpd and h2o: instructions by callgrind, and CPU time as a ratio to a bare epoll loop's."""

import contextlib
import statistics
import subprocess
import tempfile
import urllib.request

import callgrind
from peers import PEERS, cpu_ns, end
from processes import Server
from wrk import fetch, load

ROUNDS = 5
SECONDS = 2
GZIP = "Accept-Encoding: gzip"
CPU_MARK = 0.95
STATE = "/api/v1/state"


class Ours:
    """The board or the bare loop, with the face of a peer."""

    def __init__(self, command):
        self._command = command

    @contextlib.contextmanager
    def start(self, prefix=()):
        with tempfile.TemporaryDirectory() as data:
            command = [data if word == "DATA" else word for word in self._command]
            with Server([*prefix, *command]) as server:
                self.process, self.port = server.process, server.address[1]
                yield self


def assets_near(address, sizes):
    """For each size, that path of the page's files whose answer comes nearest to it."""
    page = urllib.request.urlopen(f"http://{address[0]}:{address[1]}/").read().decode()
    paths = {part.split('"')[0].removeprefix(".") for part in page.replace("'", '"').split('"') if part.split("?")[0].endswith((".js", ".css", ".svg"))}
    paths |= {"/"}
    known = {path: fetch(address, path, [GZIP])[2] for path in sorted(path if path.startswith("/") else "/" + path for path in paths)}
    return [min(known, key=lambda path: abs(known[path] - size)) for size in sizes]


def cpu_per_request_us(server, path):
    before = cpu_ns(server.process.pid)
    figures = load(f"http://127.0.0.1:{server.port}{path}", SECONDS, callgrind.CONNECTIONS, [GZIP])
    if figures["failed"]:
        raise RuntimeError(f"{figures['failed']} requests failed")
    return (cpu_ns(server.process.pid) - before) / 1e3 / figures["requests"]


def run(bin_folder):
    board = Ours([bin_folder / "boardwalk-board", "--port", "0", "--mdns", "off", "--data-dir", "DATA"])
    with board.start():
        address = ("127.0.0.1", board.port)
        answers = []
        for name, path in zip(("state", "4 KB", "30 KB"), (STATE, *assets_near(address, (4_096, 30_720)))):
            _, fields, size = fetch(address, path, [GZIP])
            request = urllib.request.Request(f"http://127.0.0.1:{board.port}{path}", headers={"Accept-Encoding": "gzip"})
            answers.append((f"{name} ({size:,} B)", path, size, fields["content-type"], urllib.request.urlopen(request).read()))
    for peer in PEERS:
        print(f"{peer.name}: {peer.version()}")
    good = True
    for name, path, size, content_type, body in answers:
        loop = Ours([bin_folder / "bench-epoll-reference", "--bytes", str(size)])
        servers = {"bare loop": (loop.start, loop, "/"), "Boardwalk": (board.start, board, path)}
        for peer in PEERS:
            start = lambda prefix=(), peer=peer: peer.start(body, content_type, prefix)
            servers[peer.name] = (start, peer, "/answer")
        good = compare(name, servers) and good
    return good


def compare(name, servers):
    """Prints one table. The CPU ratio is the bare loop's time for a request through the server's, within a round."""
    counts = {server: [callgrind.instructions_per_request(start, template, path) for template in (callgrind.BROWSER, callgrind.SHORT)]
              for server, (start, _, path) in servers.items()}
    ratios = {server: [] for server in servers}
    with contextlib.ExitStack() as stack:
        running = {server: (stack.enter_context(start()), path) for server, (start, _, path) in servers.items()}
        for server, path in running.values():
            cpu_per_request_us(server, path)  # warm-up
        for _ in range(ROUNDS):
            times = {server: cpu_per_request_us(*where) for server, where in running.items()}
            for server, time in times.items():
                ratios[server].append(times["bare loop"] / time)
    middle = {server: statistics.median(each) for server, each in ratios.items()}
    best_peer = max(middle[peer.name] for peer in PEERS)
    met = {"Boardwalk": middle["Boardwalk"] >= CPU_MARK and middle["Boardwalk"] >= best_peer}
    print(f"\n{name:<22}{'instructions: browser':>22}{'short head':>12}{'CPU ratio':>11}  {'of ' + str(ROUNDS) + ' rounds':<16}mark: ≥ {CPU_MARK}, no peer above")
    for server, (browser, short) in counts.items():
        spread = f"{min(ratios[server]):.2f} to {max(ratios[server]):.2f}"
        print(f"{server:<22}{browser:>22,.0f}{short:>12,.0f}{middle[server]:>11.2f}  {spread:<16}"
              f"{'' if server not in met else 'met' if met[server] else 'NOT met'}", flush=True)
    return met["Boardwalk"]
