"""The board as a machine of its own: lwIP on a TAP device, in a network namespace that this test makes."""

import concurrent.futures
import socket
import struct
import tempfile
import unittest

import tap_network
from board import Board, run
from tap_network import BOARD_ADDRESS, DEVICE, GROUP, HERE, WHO_IS_THERE, dhcp_server, hear, hear_goodbye, mdns_listener


def board(address, *options, **named):
    return Board("--stack", "lwip", "--link", "tap:" + DEVICE, "--address", address, *options, **named)


class Tap(unittest.TestCase):
    def test_it_is_found_renamed_and_says_goodbye(self):
        own_address = socket.inet_aton(BOARD_ADDRESS)
        with mdns_listener() as listener:
            with board(BOARD_ADDRESS, "--name", "Kitchen") as it:
                hear(listener, b"Kitchen", b"api=1", own_address, struct.pack("!H", it.port))
                listener.sendto(WHO_IS_THERE, GROUP)
                hear(listener, b"Kitchen", b"api=1")
                self.assertEqual(it.json("PATCH", "/api/v1/settings", {"name": "Pantry"})[0], 200)
                hear(listener, b"Pantry", b"api=1")
            hear_goodbye(listener, b"Pantry")

    def test_it_is_reached_at_its_own_ipv4_address(self):
        with board(BOARD_ADDRESS) as it:
            self.assertEqual(it.host, BOARD_ADDRESS)
            self.assertEqual(it.request("GET", "/")[0], 200)
            slots = it.json("GET", "/api/v1/diagnostics")[1]["slots"]
            self.assertTrue(any(slot["peer"].startswith(HERE + ":") for slot in slots), slots)

    def test_it_is_reached_at_its_own_ipv6_address(self):
        with board("fd00:77::2") as it:
            self.assertEqual(it.json("GET", "/api/v1/state")[0], 200)
            slots = it.json("GET", "/api/v1/diagnostics")[1]["slots"]
            self.assertTrue(any(slot["peer"].lower().startswith("[fd00:77::1]:") for slot in slots), slots)

    def test_it_takes_the_address_that_dhcp_gives_announces_it_and_gives_it_back(self):
        with mdns_listener() as listener, dhcp_server() as server:
            with board("dhcp", "--name", "Kitchen") as it:
                self.assertEqual(it.host, BOARD_ADDRESS)
                self.assertEqual(it.request("GET", "/healthz")[0], 200)
                hear(listener, b"Kitchen", socket.inet_aton(BOARD_ADDRESS))
            lines = iter(server.stderr.readline, "")
            self.assertTrue(any("DHCPACK" in line and "boardwalk" in line for line in lines))
            self.assertTrue(any("DHCPRELEASE" in line for line in lines))

    def test_no_dhcp_server_is_one_line_and_exit_1(self):
        with tempfile.TemporaryDirectory() as data:
            code, out, err = run("--stack", "lwip", "--link", "tap:" + DEVICE, "--address", "dhcp", "--data-dir", data,
                                 timeout=30)
        self.assertEqual((code, out, err), (1, "", f"boardwalk-board: no DHCP server gave an address on '{DEVICE}'\n"))

    def test_a_crowd_is_served(self):
        with board(BOARD_ADDRESS) as it, concurrent.futures.ThreadPoolExecutor(40) as clients:
            answers = list(clients.map(lambda _: it.request("GET", "/api/v1/state")[0], range(200)))
        self.assertEqual(answers, [200] * 200)

    def test_a_restarted_board_is_found_at_once(self):
        with tempfile.TemporaryDirectory() as data:
            for _ in range(2):
                with board(BOARD_ADDRESS, data_dir=data) as it:
                    self.assertEqual(it.request("GET", "/healthz")[0], 200)

    def test_a_device_that_is_none_is_one_line_and_exit_1(self):
        with tempfile.TemporaryDirectory() as data:
            code, out, err = run("--stack", "lwip", "--link", "tap:lo", "--address", BOARD_ADDRESS, "--data-dir", data)
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn("'lo'", err)


if __name__ == "__main__":
    tap_network.main()
