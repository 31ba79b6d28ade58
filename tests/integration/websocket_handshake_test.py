"""How a WebSocket of the real board opens, how many there may be, and how it ends."""

import io
import json
import signal
import socket
import struct
import unittest

from board import PATIENCE_S, Board
from raw_websocket import CLOSE, TEXT, WebSocket, close, frame, handshake, read_head

STREAM = "/api/v1/stream"
SUBSCRIBE = b'{"id":1,"method":"subscribe","params":{"topics":["state","log"]}}'


class Handshake(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.board = cls.enterClassContext(Board("--echo"))

    def ask(self, path=STREAM, leave_out=(), **change):
        """(status, fields, problem's code) of the answer, which must be a problem unless it is 101."""
        request = handshake(path, leave_out, **{"Host": f"127.0.0.1:{self.board.port}", **change})
        with socket.create_connection(("127.0.0.1", self.board.port), 10) as client:
            client.sendall(request)
            with client.makefile("rb") as stream:
                status, fields = read_head(stream)
                if status == 101:
                    return status, fields, None
                self.assertEqual(fields["content-type"], "application/problem+json")
                return status, fields, json.loads(stream.read(int(fields["content-length"])))["code"]

    def refused(self, status, code, **change):
        for path in (STREAM, "/echo"):
            with self.subTest(path=path, **change):
                got, fields, why = self.ask(path, **change)
                self.assertEqual((got, why), (status, code))
        return fields

    def test_plain_request_is_told_to_upgrade(self):
        fields = self.refused(426, "upgrade_required", leave_out=(
            "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version"))
        self.assertEqual(fields["upgrade"], "websocket")
        self.assertEqual(fields["sec-websocket-version"], "13")
        self.assertIn("upgrade", fields["connection"])

    def test_other_versions_are_told_ours(self):
        for version in ("0", "7", "8", "12", "14", "13, 8", "thirteen"):
            fields = self.refused(426, "websocket_version", Sec_WebSocket_Version=version)
            self.assertEqual(fields["sec-websocket-version"], "13")
        self.refused(426, "websocket_version", leave_out=("Sec-WebSocket-Version",))

    def test_handshake_with_a_fault_is_400(self):
        self.refused(400, "bad_handshake", leave_out=("Upgrade",))
        self.refused(400, "bad_handshake", leave_out=("Connection",))
        self.refused(400, "bad_handshake", leave_out=("Sec-WebSocket-Key",))
        self.refused(400, "bad_handshake", Connection="keep-alive")
        self.refused(400, "bad_handshake", Upgrade="h2c")
        for key in ("short", "A" * 24, "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=A", "*" * 22 + "=="):
            self.refused(400, "bad_handshake", Sec_WebSocket_Key=key)
        self.refused(400, "bad_handshake", Content_Length="3")
        self.refused(400, "bad_handshake", Transfer_Encoding="chunked")
        self.refused(400, "bad_handshake", http="HTTP/1.0")

    def test_only_get_opens_one(self):
        for method in ("POST", "PUT", "DELETE"):
            fields = self.refused(405, "method_not_allowed", method=method)
            self.assertIn("GET", fields["allow"])
            self.assertNotIn("POST", fields["allow"])

    def test_pages_of_other_sites_are_refused(self):
        own = f"http://127.0.0.1:{self.board.port}"
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{self.board.port + 1}", own + ".evil.example"):
            self.refused(403, "foreign_origin", Origin=origin)
        self.assertEqual(self.ask(Origin=own)[0], 101)

    def test_names_are_compared_without_their_case(self):
        self.assertEqual(self.ask(Connection="keep-alive, uPGRADE", Upgrade="WebSocket")[0], 101)

    def test_subprotocol_is_selected_when_it_is_offered(self):
        for offer, selected in ((None, None), ("boardwalk.v1", "boardwalk.v1"), ("chat", None),
                                ("chat, boardwalk.v1 , other", "boardwalk.v1"), ("boardwalk.v2", None)):
            fields = self.ask(**({"Sec_WebSocket_Protocol": offer} if offer else {}))[1]
            self.assertEqual(fields.get("sec-websocket-protocol"), selected, offer)

    def test_compression_is_declined_by_not_taking_it(self):
        for offer in ("permessage-deflate", "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"):
            status, fields, _ = self.ask(Sec_WebSocket_Extensions=offer)
            self.assertEqual(status, 101)
            self.assertNotIn("sec-websocket-extensions", fields)

    def test_first_frames_may_come_with_the_handshake(self):
        with socket.create_connection(("127.0.0.1", self.board.port), 10) as client:
            client.sendall(handshake("/echo") + frame(TEXT, b"early") + close(1000))
            data = b""
            while got := client.recv(4096):
                data += got
        head, _, frames = data.partition(b"\r\n\r\n")
        self.assertEqual(read_head(io.BytesIO(head + b"\r\n\r\n"))[0], 101)
        self.assertEqual(frames, b"\x81\x05early\x88\x02\x03\xe8")

    def test_handshake_octet_by_octet_is_the_same(self):
        with socket.create_connection(("127.0.0.1", self.board.port), 10) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for octet in handshake("/echo") + frame(TEXT, b"a") + close(1000):
                client.sendall(bytes([octet]))
            with client.makefile("rb") as stream:
                self.assertEqual(read_head(stream)[0], 101)
                self.assertEqual(stream.read(), b"\x81\x01a\x88\x02\x03\xe8")


class Number(unittest.TestCase):
    def test_the_thirteenth_is_told_503_and_pages_load_and_a_place_that_is_left_is_free(self):
        with Board() as board:
            open_ones = [WebSocket(board.port, STREAM) for _ in range(12)]
            try:
                status, fields, body = board.request("GET", STREAM, Connection="Upgrade", Upgrade="websocket",
                                                     Sec_WebSocket_Version="13",
                                                     Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==")
                self.assertEqual((status, json.loads(body)["code"]), (503, "websockets_exhausted"))
                self.assertGreater(int(fields["Retry-After"]), 0)
                self.assertEqual(board.request("GET", "/api/v1/state")[0], 200)
                self.assertEqual(board.json("GET", "/api/v1/diagnostics")[1]["connections"]["websocket"], 12)
                open_ones[5].send(close(1000))
                self.assertEqual(open_ones[5].events(), [(CLOSE, b"\x03\xe8")])
                WebSocket(board.port, STREAM).__exit__()
            finally:
                for client in open_ones:
                    client.__exit__()


class Ending(unittest.TestCase):
    def test_board_that_ends_says_going_away_to_all(self):
        with Board("--echo") as board:
            owner = board.claim()
            idle, talking, unfinished = (WebSocket(board.port, path, **owner) for path in (STREAM, STREAM, "/echo"))
            talking.send(frame(TEXT, SUBSCRIBE))
            self.assertEqual(talking.event(), (TEXT, b'{"id":1,"result":{}}'))
            unfinished.send(frame(TEXT, b"part", fin=False))
            self.assertEqual(unfinished.frame(), (TEXT, False, b"part"))
            board.process.send_signal(signal.SIGTERM)
            for client in (idle, talking):
                self.assertEqual(client.events()[-1], (CLOSE, struct.pack(">H", 1001)))
                client.__exit__()
            self.assertEqual(unfinished.frame(), (CLOSE, True, struct.pack(">H", 1001)))
            unfinished.__exit__()
            self.assertEqual(board.process.wait(PATIENCE_S), 0)

    def test_without_the_option_there_is_no_echo(self):
        with Board() as board:
            self.assertEqual(board.request("GET", "/echo")[0], 404)


if __name__ == "__main__":
    unittest.main()
