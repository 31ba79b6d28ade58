"""Requests a second beside a bare epoll loop that sends as many bytes: what our server costs on top of the kernel."""

import statistics
import tempfile

from processes import Server
from wrk import fetch, load

ROUNDS = 3
SECONDS = 4
GZIP = "Accept-Encoding: gzip"


def measure_pair(board, reference_url, path, headers):
    """Board and reference in turn, so that both see the same weather; the ratio is taken within a round."""
    load(board.url + path, 1, headers=headers)  # warm-up: lazily allocated buffers, the page cache
    load(reference_url, 1)
    rounds = []
    for _ in range(ROUNDS):
        ours = load(board.url + path, SECONDS, headers=headers)
        bare = load(reference_url, SECONDS)
        rounds.append((ours, bare))
    rate = lambda figures: figures["requests"] / (figures["duration_us"] / 1e6)
    ours_middle = sorted((ours for ours, _ in rounds), key=rate)[ROUNDS // 2]
    return {
        "requests_per_s": rate(ours_middle),
        "reference_per_s": statistics.median(rate(bare) for _, bare in rounds),
        "ratio": statistics.median(rate(ours) / rate(bare) for ours, bare in rounds),
        "p50_ms": ours_middle["p50_us"] / 1000,
        "p99_ms": ours_middle["p99_us"] / 1000,
        "failed": sum(ours["failed"] for ours, _ in rounds),
    }


def run(bin_folder):
    with tempfile.TemporaryDirectory() as data, Server(
            [bin_folder / "boardwalk-board", "--port", "0", "--mdns", "off", "--data-dir", data]) as board:
        _, page, _ = fetch(board.address, "/", [GZIP])
        rows = [("GET /api/v1/state", "/api/v1/state", []),
                ("GET / (gzip)", "/", [GZIP]),
                ("GET / (304)", "/", [GZIP, f"If-None-Match: {page['etag']}"])]
        print(f"wrk -t1 -c24, {ROUNDS} rounds of {SECONDS} s in turn with the reference, both on 127.0.0.1\n")
        print(f"{'scenario':<20}{'bytes':>7}{'requests/s':>12}{'reference/s':>13}{'ratio':>7}"
              f"{'p50 ms':>9}{'p99 ms':>9}{'failed':>8}")
        all_answered = True
        for name, path, headers in rows:
            status, _, answer_bytes = fetch(board.address, path, headers)
            if status != (304 if "304" in name else 200):
                raise RuntimeError(f"{name}: the board answered {status}")
            with Server([bin_folder / "bench-epoll-reference", "--bytes", answer_bytes]) as reference:
                row = measure_pair(board, reference.url + "/", path, headers)
            all_answered = all_answered and row["failed"] == 0
            print(f"{name:<20}{answer_bytes:>7}{row['requests_per_s']:>12.0f}{row['reference_per_s']:>13.0f}"
                  f"{row['ratio']:>7.2f}{row['p50_ms']:>9.2f}{row['p99_ms']:>9.2f}{row['failed']:>8}", flush=True)
        print(f"\npeak memory of the board: {board.memory_peak_kb()} KB resident")
        return all_answered
