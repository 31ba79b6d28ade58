"""The clients of the pool's benchmark tell the truth of a board: in small, and without a word about speed."""

import sys
import tempfile
import unittest
from pathlib import Path

import scenario_pool
from nginx import free_port
from processes import Server

BIN = Path(sys.argv.pop(1))


class Pool(unittest.TestCase):
    def setUp(self):
        data = self.enterContext(tempfile.TemporaryDirectory())
        board = self.enterContext(Server([BIN / "boardwalk-board", "--port", "0", "--mdns", "off", "--log-level",
                                          "error", "--data-dir", data]))
        self.port = board.address[1]
        self.paths = scenario_pool.page_paths(self.port)

    def attack(self, kind, count, seconds=1):
        return scenario_pool.attack(BIN, self.port, kind, count, seconds, self.paths, "/api/v1/outputs/none")

    def test_a_crowd_loads_every_page(self):
        row = scenario_pool.crowd(BIN, self.port, self.paths, rounds=1)
        self.assertEqual((row["pages_complete"], row["requests"], row["failed"]), (10, 60, 0), row)

    def test_what_is_missing_is_counted_as_failed(self):
        row = scenario_pool.crowd(BIN, self.port, [*self.paths[:5], "/missing"], rounds=1)
        self.assertEqual((row["pages_complete"], row["requests"], row["failed"]), (0, 60, 10), row)

    def test_a_port_where_nothing_listens_is_told(self):
        port = free_port()
        for arguments in (("crowd", port, 1, "/", "/a"), ("attack", port, "none", 1, 1, "/", "/a", "/b")):
            with self.assertRaisesRegex(RuntimeError, f"nothing listens on 127.0.0.1:{port}"):
                scenario_pool.client(BIN, *arguments)

    def test_a_mark_that_is_missed_is_told(self):
        row = {"kind": "headers", "failed": 0, "sent": 9, "early_max_ms": 2500.0, "p99_ms": 50.0, "dropped": 9, "attackers": 9}
        missed = lambda **change: [text for text, met, _ in scenario_pool.attack_marks("x", row | change) if not met]
        self.assertEqual(missed(), [])
        self.assertEqual(missed(failed=1), ["x: nobody is refused"])
        self.assertEqual(missed(early_max_ms=2500.1), ["x: within 2.5 s in the first 3 s"])
        self.assertEqual(missed(p99_ms=50.1), ["x: p99 within 50 ms from then on"])
        self.assertEqual(missed(dropped=8), ["x: all dropped"])

    def test_attackers_are_counted_and_what_they_met(self):
        self.assertEqual(self.attack("none", 1)["failed"], 0)
        row = self.attack("headers", 40, seconds=2)
        self.assertEqual(row["attackers"], 40)
        self.assertGreater(row["dropped"], 0, row)
        self.assertLessEqual(row["dropped"], 40, row)
        row = self.attack("halfclosed", 5)
        self.assertEqual(row["answered"], row["attackers"], row)
        self.assertEqual(self.attack("resets", 50)["attackers"], 50)
        row = self.attack("churn", 60)
        self.assertEqual((row["attackers"], row["answered"]), (60, 30), row)


unittest.main()
