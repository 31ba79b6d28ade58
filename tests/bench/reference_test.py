"""The reference answers with exactly the bytes that it was told, also when requests come in pieces or pipelined."""

import socket
import sys
import unittest

from processes import Server
from wrk import fetch

REFERENCE = sys.argv.pop(1)
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def receive(link, wanted):
    received = b""
    while len(received) < wanted:
        piece = link.recv(wanted - len(received))
        if not piece:
            break
        received += piece
    return received


class Reference(unittest.TestCase):
    def test_an_answer_has_the_size_asked_for(self):
        for wanted in (80, 81, 169, 170, 171, 172, 173, 1071, 1072, 1073, 1074, 1075, 1500, 4000):
            with Server([REFERENCE, "--bytes", wanted]) as server:
                status, _, answer_bytes = fetch(server.address, "/")
                self.assertEqual((status, answer_bytes), (200, wanted))

    def test_requests_in_pieces_and_pipelined_are_each_answered_once(self):
        with Server([REFERENCE, "--bytes", 200]) as server:
            with socket.create_connection(server.address, 5) as link:
                link.settimeout(5)
                for byte in REQUEST:
                    link.sendall(bytes([byte]))
                link.sendall(REQUEST * 2)
                self.assertEqual(len(receive(link, 600)), 600)
                link.settimeout(0.1)
                self.assertRaises(TimeoutError, link.recv, 1)


unittest.main()
