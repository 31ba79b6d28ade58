"""The board as a machine of its own: lwIP on a TAP device, in a network namespace that this test makes.

Without the right to make one it says so and ends with 77, which ctest counts as skipped.
"""

import concurrent.futures
import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from board import Board, run

DEVICE = "board0"
INSIDE = "BOARDWALK_TAP_NAMESPACE"
SKIPPED = 77
SET_UP = ("tuntap add dev {0} mode tap", "address add 10.77.0.1/24 dev {0}",
          "address add fd00:77::1/64 dev {0} nodad", "link set {0} up", "link set lo up",
          "route add 224.0.0.0/4 dev {0}")
GROUP = ("224.0.0.251", 5353)
# RFC 6762 §6.7 and RFC 1035 §4.1: one question, the PTR records of _boardwalk._tcp.local.
WHO_IS_THERE = struct.pack("!6H", 0, 0, 1, 0, 0, 0) + b"\x0a_boardwalk\x04_tcp\x05local\0" + struct.pack("!2H", 12, 1)


def board(address, *options, **named):
    return Board("--stack", "lwip", "--link", "tap:" + DEVICE, "--address", address, *options, **named)


@contextlib.contextmanager
def mdns_listener():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", GROUP[1]))
        member = socket.inet_aton(GROUP[0]) + socket.inet_aton("10.77.0.1")
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        listener.settimeout(5)
        yield listener


@contextlib.contextmanager
def dhcp_server(address):
    """dnsmasq, which has this one address to give. (DHCP alone: its DNS is off.)"""
    server = subprocess.Popen(
        ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=" + DEVICE,
         "--bind-interfaces", "--leasefile-ro", "--pid-file=", "--user=root", "--log-facility=-", "--log-dhcp",
         f"--dhcp-range={address},{address},2m"], stderr=subprocess.PIPE, text=True)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(5)
        server.stderr.close()


def hear(listener, *words):
    """The board's next answer or announcement (not its probes) that holds all of these."""
    while True:
        packet, (sender, _) = listener.recvfrom(9000)
        if sender == "10.77.0.2" and packet[2] & 0x80 and all(word in packet for word in words):
            return packet


def ttl_of_first(packet):
    """The time to live of a message's first answer (RFC 1035 §4.1.3); its name is written out."""
    at = 12
    while packet[at]:
        at += 1 + packet[at]
    return struct.unpack_from("!I", packet, at + 5)[0]


class Tap(unittest.TestCase):
    def test_it_is_found_renamed_and_says_goodbye(self):
        own_address = socket.inet_aton("10.77.0.2")
        with mdns_listener() as listener:
            with board("10.77.0.2", "--name", "Kitchen") as it:
                hear(listener, b"Kitchen", b"api=1", own_address, struct.pack("!H", it.port))
                listener.sendto(WHO_IS_THERE, GROUP)
                hear(listener, b"Kitchen", b"api=1")
                self.assertEqual(it.json("PATCH", "/api/v1/settings", {"name": "Pantry"})[0], 200)
                hear(listener, b"Pantry", b"api=1")
            while ttl_of_first(hear(listener, b"Pantry")) != 0:  # RFC 6762 §10.1; 5 s without one fail
                pass

    def test_it_is_reached_at_its_own_ipv4_address(self):
        with board("10.77.0.2") as it:
            self.assertEqual(it.host, "10.77.0.2")
            self.assertEqual(it.request("GET", "/")[0], 200)
            slots = it.json("GET", "/api/v1/diagnostics")[1]["slots"]
            self.assertTrue(any(slot["peer"].startswith("10.77.0.1:") for slot in slots), slots)

    def test_it_is_reached_at_its_own_ipv6_address(self):
        with board("fd00:77::2") as it:
            self.assertEqual(it.json("GET", "/api/v1/state")[0], 200)
            slots = it.json("GET", "/api/v1/diagnostics")[1]["slots"]
            self.assertTrue(any(slot["peer"].lower().startswith("[fd00:77::1]:") for slot in slots), slots)

    def test_it_takes_the_address_that_dhcp_gives_announces_it_and_gives_it_back(self):
        with mdns_listener() as listener, dhcp_server("10.77.0.2") as server:
            with board("dhcp", "--name", "Kitchen") as it:
                self.assertEqual(it.host, "10.77.0.2")
                self.assertEqual(it.request("GET", "/healthz")[0], 200)
                hear(listener, b"Kitchen", socket.inet_aton("10.77.0.2"))
            lines = iter(server.stderr.readline, "")
            self.assertTrue(any("DHCPACK" in line and "boardwalk" in line for line in lines))
            self.assertTrue(any("DHCPRELEASE" in line for line in lines))

    def test_no_dhcp_server_is_one_line_and_exit_1(self):
        with tempfile.TemporaryDirectory() as data:
            code, out, err = run("--stack", "lwip", "--link", "tap:" + DEVICE, "--address", "dhcp", "--data-dir", data,
                                 timeout=30)
        self.assertEqual((code, out, err), (1, "", f"boardwalk-board: no DHCP server gave an address on '{DEVICE}'\n"))

    def test_a_crowd_is_served(self):
        with board("10.77.0.2") as it, concurrent.futures.ThreadPoolExecutor(40) as clients:
            answers = list(clients.map(lambda _: it.request("GET", "/api/v1/state")[0], range(200)))
        self.assertEqual(answers, [200] * 200)

    def test_a_restarted_board_is_found_at_once(self):
        with tempfile.TemporaryDirectory() as data:
            for _ in range(2):
                with board("10.77.0.2", data_dir=data) as it:
                    self.assertEqual(it.request("GET", "/healthz")[0], 200)

    def test_a_device_that_is_none_is_one_line_and_exit_1(self):
        with tempfile.TemporaryDirectory() as data:
            code, out, err = run("--stack", "lwip", "--link", "tap:lo", "--address", "10.77.0.2", "--data-dir", data)
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn("'lo'", err)


def enter_namespace():
    """Runs this file again inside a namespace; as root in it, if need be, by a user namespace."""
    own = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    try:
        # A namespace ends with its last process, so that this only asks whether all of it may be done.
        probe = subprocess.run([*own, "ip", *SET_UP[0].format(DEVICE).split()], capture_output=True, text=True)
        refusal = probe.stderr.strip() if probe.returncode else ""
    except FileNotFoundError as missing:
        refusal = str(missing)
    if refusal:
        print(f"skipped: no network namespace with a TAP device here: {refusal}")
        return SKIPPED
    return subprocess.run([*own, sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}).returncode


if __name__ == "__main__":
    if INSIDE not in os.environ:
        sys.exit(enter_namespace())
    for command in SET_UP:
        subprocess.run(["ip", *command.format(DEVICE).split()], check=True)
    unittest.main()
