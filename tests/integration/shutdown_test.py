"""SIGTERM in the middle of an answer: who reads gets all of it, who does not holds nobody up."""

import re
import signal
import socket
import time
import unittest

from board import EXIT_S, PATIENCE_S, Board, seconds_to_end

PIPELINED = 100  # more of the largest asset than the network takes for a client that does not read


class Shutdown(unittest.TestCase):
    def ask_for_more_than_the_network_takes(self, board):
        """A connection whose answer is stuck halfway."""
        page = board.request("GET", "/", Accept_Encoding="identity")[2].decode()
        script = "/" + re.search(r'src="([^"]+\.js)"', page)[1].lstrip("./")
        reader = socket.socket()
        self.addCleanup(reader.close)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(10)
        reader.connect(("127.0.0.1", board.port))
        reader.sendall(f"GET {script} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * PIPELINED)
        for _ in range(100):
            slots = board.json("GET", "/api/v1/diagnostics")[1]["slots"]
            if any(slot["state"] == "sending" and slot["idle_ms"] >= 200 for slot in slots):
                return reader
            time.sleep(0.05)
        self.fail("the network took it all")

    def test_who_reads_gets_the_whole_answer(self):
        with Board() as board:
            reader = self.ask_for_more_than_the_network_takes(board)
            board.process.send_signal(signal.SIGTERM)
            received = bytearray()
            while piece := reader.recv(65536):
                received += piece
            answers = 0
            while received:
                head, _, rest = bytes(received).partition(b"\r\n\r\n")
                length = int(re.search(rb"Content-Length: (\d+)", head)[1])
                self.assertGreaterEqual(len(rest), length, "the last answer is cut")
                received = received[len(head) + 4 + length:]
                answers += 1
            self.assertGreater(answers, 0)
            self.assertLess(answers, PIPELINED, "no new ones are begun")
            self.assertEqual(board.process.wait(PATIENCE_S), 0)

    def test_who_does_not_read_holds_nobody_up(self):
        with Board() as board:
            self.ask_for_more_than_the_network_takes(board)
            self.assertLess(seconds_to_end(board.process), EXIT_S)
            self.assertEqual(board.process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
