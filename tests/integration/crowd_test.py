"""Many clients at once, over real sockets."""

import concurrent.futures
import json
import socket
import unittest

from board import Board


def close(sockets):
    for s in sockets:
        s.close()


class Crowd(unittest.TestCase):
    def test_ten_devices_with_six_connections_each_get_everything(self):
        paths = ["/", "/api/v1/info", "/api/v1/state", "/api/v1/settings", "/api/v1/diagnostics", "/api/v1/logs"]
        with Board() as board:
            board.claim()
            hog = [socket.create_connection((board.host, board.port)) for _ in range(6)]  # a browser's six
            for s in hog:
                s.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertIn(b"200 OK", s.recv(4096))
            with concurrent.futures.ThreadPoolExecutor(60) as devices:
                answers = list(devices.map(lambda n: board.request("GET", paths[n % 6])[0], range(240)))
            self.assertEqual(answers, [200] * 240)
            close(hog)

    def test_simultaneous_changes_of_the_settings_are_all_stored(self):
        with Board() as board, concurrent.futures.ThreadPoolExecutor(7) as owners:
            change = lambda n: board.json("PATCH", "/api/v1/settings", {"name": f"Room {n}"})
            answers = list(owners.map(change, range(7)))
            self.assertEqual([status for status, _ in answers], [200] * 7)
            self.assertEqual([settings["name"] for _, settings in answers], [f"Room {n}" for n in range(7)])

    def test_a_hundred_silent_connections_starve_nobody(self):
        with Board() as board:
            silent = [socket.create_connection((board.host, board.port)) for _ in range(100)]
            board.let_the_silent_go()
            for _ in range(20):
                self.assertEqual(board.request("GET", "/api/v1/state")[0], 200)
            close(silent)

    def test_header_drips_do_not_keep_others_out(self):
        with Board() as board:
            drips = []
            for _ in range(40):
                s = socket.create_connection((board.host, board.port))
                s.sendall(b"GET / HTTP/1.1\r\nHost: ")
                drips.append(s)
            board.let_the_silent_go()
            for _ in range(10):
                self.assertEqual(board.request("GET", "/api/v1/state")[0], 200)
            diagnostics = board.json("GET", "/api/v1/diagnostics")[1]
            self.assertGreater(diagnostics["connections"]["evicted_total"], 0)
            close(drips)

    def test_pools_are_back_after_the_crowd(self):
        with Board() as board:
            with concurrent.futures.ThreadPoolExecutor(40) as clients:
                list(clients.map(lambda _: board.request("GET", "/api/v1/state"), range(200)))
            diagnostics = board.json("GET", "/api/v1/diagnostics")[1]
            self.assertEqual(diagnostics["buffers"]["in_use"], 1, "this request's own")
            self.assertEqual(diagnostics["buffers"]["waiting"], 0)
            self.assertEqual(diagnostics["connections"]["refused_total"], 0)
            self.assertLessEqual(diagnostics["buffers"]["allocated"], 10)
            states = [slot["state"] for slot in diagnostics["slots"]]
            self.assertEqual(len(states), 24)
            self.assertEqual(states.count("sending") + states.count("working"), 1, json.dumps(states))


if __name__ == "__main__":
    unittest.main()
