"""A network namespace with a TAP device that a board is on, and what listens on its other side.

Without the right to make one a test says so and ends with 77, which ctest counts as skipped.
"""

import contextlib
import os
import socket
import struct
import subprocess
import sys
import unittest

DEVICE = "board0"
INSIDE = "BOARDWALK_TAP_NAMESPACE"
SKIPPED = 77
HERE, BOARD_ADDRESS = "10.77.0.1", "10.77.0.2"
SET_UP = ("tuntap add dev {0} mode tap", f"address add {HERE}/24 dev {{0}}",
          "address add fd00:77::1/64 dev {0} nodad", "link set {0} up", "link set lo up",
          "route add 224.0.0.0/4 dev {0}")
GROUP = ("224.0.0.251", 5353)
# RFC 6762 §6.7 and RFC 1035 §4.1: one question, the PTR records of _boardwalk._tcp.local.
WHO_IS_THERE = struct.pack("!6H", 0, 0, 1, 0, 0, 0) + b"\x0a_boardwalk\x04_tcp\x05local\0" + struct.pack("!2H", 12, 1)


@contextlib.contextmanager
def mdns_listener():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", GROUP[1]))
        member = socket.inet_aton(GROUP[0]) + socket.inet_aton(HERE)
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        listener.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        listener.settimeout(5)
        yield listener


@contextlib.contextmanager
def dhcp_server(address=BOARD_ADDRESS):
    """dnsmasq, which has this one address to give. (DHCP alone: its DNS is off.)"""
    server = subprocess.Popen(
        ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=" + DEVICE,
         "--bind-interfaces", "--no-ping", "--leasefile-ro", "--pid-file=", "--user=root", "--log-facility=-", "--log-dhcp",
         f"--dhcp-range={address},{address},2m"], stderr=subprocess.PIPE, text=True)
    try:
        yield server
    finally:
        server.terminate()
        server.wait(5)
        server.stderr.close()


def hear(listener, *words, probe=False):
    """The board's next answer or announcement (or probe) that holds all of these."""
    while True:
        packet, (sender, _) = listener.recvfrom(9000)
        if sender == BOARD_ADDRESS and bool(packet[2] & 0x80) != probe and all(word in packet for word in words):
            return packet


def ttl_of_first(packet):
    """The time to live of a message's first answer (RFC 1035 §4.1.3); its name is written out."""
    at = 12
    while packet[at]:
        at += 1 + packet[at]
    return struct.unpack_from("!I", packet, at + 5)[0]


def hear_goodbye(listener, name):
    """RFC 6762 §10.1; five seconds without one fail."""
    while ttl_of_first(hear(listener, name)) != 0:
        pass


def claim(listener, name):
    """Says that somebody else is the service of this name already: its SRV record, with other data."""
    owner = bytes([len(name)]) + name + b"\x0a_boardwalk\x04_tcp\x05local\0"
    target = b"\0\0\0\0\0\x50\x05other\x05local\0"
    listener.sendto(struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0) + owner + struct.pack("!2HIH", 33, 0x8001, 120, len(target))
                    + target, GROUP)


def _enter():
    """Runs this program again inside a namespace; as root in it, if need be, by a user namespace."""
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


def main():
    """Runs the tests of the program that calls this, inside."""
    if INSIDE not in os.environ:
        sys.exit(_enter())
    for command in SET_UP:
        subprocess.run(["ip", *command.format(DEVICE).split()], check=True)
    unittest.main()
