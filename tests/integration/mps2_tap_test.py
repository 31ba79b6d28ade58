"""The bare-metal image on a network of its own: found by name, and under the crowd, which no slirp holds back."""

import concurrent.futures
import gzip
import http.client
import os
import re
import socket
import struct
import time
import unittest

import tap_network
from tap_network import BOARD_ADDRESS, DEVICE, GROUP, HERE, WHO_IS_THERE, claim, dhcp_server, hear, hear_goodbye, mdns_listener

os.environ["BOARDWALK_STACK"] = f"--tap {DEVICE} --local {HERE}"

from board import Board  # noqa: E402
import crowd_test  # noqa: E402

_dhcp = dhcp_server()


def setUpModule():
    _dhcp.__enter__()


def tearDownModule():
    _dhcp.__exit__(None, None, None)


class Browser:
    """Loads the page and all that it names, as patiently as browsers are."""

    def __init__(self, board):
        self._connection = http.client.HTTPConnection(board.host, board.port, timeout=60)
        self.refused = 0

    def get(self, path):
        for _ in range(5):
            try:
                self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                response = self._connection.getresponse()
                body = response.read()
            except (ConnectionError, http.client.RemoteDisconnected):  # it was idle, and recycled
                self._connection.close()
                continue
            if response.status != 503:
                return response.status, gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body
            self.refused += 1
            time.sleep(int(response.headers["Retry-After"]))
        return None, b""

    def load(self):
        status, page = self.get("/")
        parts = re.findall(rb'(?:src|href)="[.]?(/[^"]+)"', page)
        statuses = [status] + [self.get(part.decode())[0] for part in parts]
        self._connection.close()
        return statuses


class Crowd(crowd_test.Crowd):
    """The same, without slirp in between."""

    def test_a_hundred_browsers_get_the_whole_page_and_the_counters_are_right(self):
        with Board() as board, concurrent.futures.ThreadPoolExecutor(100) as devices:
            browsers = [Browser(board) for _ in range(100)]
            pages = list(devices.map(Browser.load, browsers))
            self.assertGreater(len(pages[0]), 2, "a page names its script and its style")
            self.assertEqual(pages, [[200] * len(pages[0])] * 100)
            diagnostics = board.json("GET", "/api/v1/diagnostics")[1]
        connections = diagnostics["connections"]
        self.assertGreaterEqual(connections["accepted_total"], 100)
        self.assertEqual(connections["refused_total"], sum(browser.refused for browser in browsers))
        self.assertEqual((connections["active"], connections["websocket"]), (1, 0), "this request")
        self.assertEqual((diagnostics["buffers"]["in_use"], diagnostics["buffers"]["waiting"]), (1, 0))


class Segments(unittest.TestCase):
    def test_a_client_is_told_to_send_small_segments(self):
        """RFC 9293 §3.7.1: of larger ones the pool of received packets could not hold one for each link."""
        with Board() as board, socket.create_connection((board.host, board.port), 10) as client:
            self.assertEqual(client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG), 680)


class Found(unittest.TestCase):
    def test_it_is_found_renamed_and_says_goodbye_before_a_restart(self):
        own_address = socket.inet_aton(BOARD_ADDRESS)
        with mdns_listener() as listener, Board("--name", "Kitchen") as board:
            self.assertEqual(board.host, BOARD_ADDRESS)
            told = hear(listener, b"\x07Kitchen\x0a_boardwalk\x04_tcp", own_address, struct.pack("!H", 80))
            info = board.json("GET", "/api/v1/info")[1]
            for text in ("txtvers=1", f"id={info['id']}", f"mac={info['mac']}", "name=Kitchen", "model=mps2-an386",
                         f"fw={info['firmware']}", "api=1", "path=/", "tls=0", "auth=0"):
                self.assertIn(bytes([len(text)]) + text.encode(), told)
            listener.sendto(WHO_IS_THERE, GROUP)
            hear(listener, b"Kitchen", b"api=1")
            self.assertEqual(board.json("PATCH", "/api/v1/settings", {"name": "Pantry"})[0], 200)
            hear(listener, b"Pantry", b"api=1")
            self.assertEqual(board.json("POST", "/api/v1/restart")[0], 202)
            hear_goodbye(listener, b"Pantry")
            hear(listener, b"Pantry", b"api=1")  # and there it is again

    def test_it_gives_way_to_a_name_that_is_taken(self):
        with mdns_listener() as listener, Board("--name", "Kitchen") as board:
            hear(listener, b"\x07Kitchen\x0a_boardwalk", probe=True)
            claim(listener, b"Kitchen")
            hear(listener, b"\x0bKitchen (2)\x0a_boardwalk", b"api=1")
            self.assertEqual(board.json("GET", "/api/v1/info")[1]["name"], "Kitchen", "people call it that as before")


if __name__ == "__main__":
    tap_network.main()
