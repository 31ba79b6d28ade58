"""The pool under pressure, beside nginx: a crowd of browsers, and attacks beside one normal client."""

import http.client
import json
import re
import subprocess
import tempfile
import time

from nginx import Nginx
from processes import Server

ROUNDS = 10
SETTLE_S = 8
API = ["/api/v1/info", "/api/v1/state", "/api/v1/settings"]
# kind, attackers (or connections in all), seconds, what it is
ATTACKS = [
    ("none", 1, 4, "nobody attacks"),
    ("silent", 200, 10, "200 silent sockets"),
    ("headers", 200, 12, "200 drip a header"),
    ("bodies", 48, 8, "48 drip a body"),
    ("readers", 48, 8, "48 hardly read"),
    ("halfclosed", 48, 4, "48 half-close, twice a second"),
    ("resets", 3000, 5, "3,000 reset behind a request"),
    ("churn", 5000, 6, "5,000 come and go"),
]


def get(port, path):
    """(content type, content encoding, bytes) of one answer as a browser gets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return answer.headers["Content-Type"], answer.headers["Content-Encoding"], body


def page_paths(port):
    """What a browser loads: the page, its script and its style, and three calls to the API."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={"Accept-Encoding": "identity"})
    page = connection.getresponse().read().decode()
    connection.close()
    named = [re.search(pattern, page) for pattern in (r'src="([^"]+\.js)"', r'href="([^"]+\.css)"')]
    script, style = ["/" + match[1].lstrip("./") for match in named]
    return ["/", script, style, *API]


def writable_path(port):
    outputs = json.loads(get(port, "/api/v1/state")[2])["outputs"]
    return "/api/v1/outputs/" + outputs[0]["id"]


def metrics(port):
    """Each family of /metrics, its lines added up; the lines themselves by their whole name."""
    figures = {}
    for line in get(port, "/metrics")[2].decode().splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            figures[name] = float(value)
    return figures


def client(bin_folder, *arguments):
    done = subprocess.run([bin_folder / "bench-pool", *map(str, arguments)], capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or f"bench-pool ended with {done.returncode}")
    return json.loads(done.stdout)


def crowd(bin_folder, port, paths, rounds=ROUNDS):
    return client(bin_folder, "crowd", port, rounds, *paths)


def attack(bin_folder, port, kind, count, seconds, paths, writable):
    return client(bin_folder, "attack", port, kind, count, seconds, "/api/v1/state", paths[1], writable)


def leftovers(port):
    """What has not come back to where it was before anybody called; empty when all is well."""
    diagnostics = json.loads(get(port, "/api/v1/diagnostics")[2])
    figures = metrics(port)
    wrong = []
    busy = [slot["state"] for slot in diagnostics["slots"] if slot["state"] != "free"]
    if busy not in (["working"], ["sending"]):
        wrong.append(f"slots {busy}")
    if diagnostics["buffers"]["in_use"] != 1 or diagnostics["buffers"]["waiting"] != 0:
        wrong.append(f"buffers {diagnostics['buffers']}")
    closed = sum(value for name, value in figures.items() if name.startswith("boardwalk_connections_closed_total"))
    accepted = figures["boardwalk_connections_accepted_total"]
    now_open = sum(value for name, value in figures.items() if name.startswith("boardwalk_connections{"))
    if accepted != closed + now_open:
        wrong.append(f"accepted {accepted:.0f}, closed {closed:.0f}, open {now_open:.0f}")
    return wrong


def print_crowd(name, row):
    print(f"{'ten devices behind a browser':<31}{name:<7}{row['pages_complete']:>5}/{row['pages']:<5}{row['failed']:>7}"
          f"{row['resets']:>7}{'':>10}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{'':>12}", flush=True)


def print_attack(title, name, row):
    dropped = ""
    if row["kind"] in ("silent", "headers", "bodies", "readers"):
        dropped = f"{row['dropped']}/{row['attackers']}"
    elif row["kind"] == "halfclosed":
        dropped = f"{row['attackers'] - row['answered']}/{row['attackers']}"
    print(f"{title:<31}{name:<7}{row['sent'] - row['failed']:>5}/{row['sent']:<5}{row['failed']:>7}{row['resets']:>7}"
          f"{row['early_max_ms']:>10.1f}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{dropped:>12}", flush=True)


def run(bin_folder):
    with tempfile.TemporaryDirectory() as data, Server(
            [bin_folder / "boardwalk-board", "--port", "0", "--mdns", "off", "--log-level", "error", "--data-dir",
             data]) as board:
        port = board.address[1]
        paths = page_paths(port)
        with Nginx({path: get(port, path) for path in paths}) as nginx:
            servers = [("board", port, writable_path(port)), ("nginx", nginx.port, nginx.writable)]
            print(f"page, {', '.join(paths[1:])}\n"
                  "a crowd's times are its requests'; an attack's are those of a normal client that asks every 20 ms over "
                  "a fresh connection\n")
            print(f"{'scenario':<31}{'server':<7}{'complete':>11}{'failed':>7}{'resets':>7}{'first 3 s':>10}{'p50 ms':>9}"
                  f"{'p99 ms':>9}{'dropped':>12}")
            good = True
            for name, where, _ in servers:
                row = crowd(bin_folder, where, paths)
                print_crowd(name, row)
                good = good and (name != "board" or row["worst_round"] == 10)
            for kind, count, seconds, title in ATTACKS:
                for name, where, writable in servers:
                    row = attack(bin_folder, where, kind, count, seconds, paths, writable)
                    print_attack(title, name, row)
                    if name == "board":
                        good = good and meets_its_mark(row)
        time.sleep(SETTLE_S)
        wrong = leftovers(port)
        print(f"\n{SETTLE_S} s later the board has " + (f"not got back: {'; '.join(wrong)}" if wrong else
              "every slot and buffer back, and its counters add up"))
        print(f"peak memory of the board: {board.memory_peak_kb()} KB resident")
        return good and not wrong


def meets_its_mark(row):
    """A normal client is served within 2.5 s at first and within 50 ms (p99) from then on; header drips all go."""
    served = row["failed"] == 0 and row["early_max_ms"] <= 2500 and row["p99_ms"] <= 50
    if row["kind"] == "silent":
        served = served and row["first_ms"] <= 1000
    if row["kind"] == "halfclosed":
        served = served and row["answered"] == row["attackers"]
    return served and (row["kind"] != "headers" or row["dropped"] == row["attackers"])
