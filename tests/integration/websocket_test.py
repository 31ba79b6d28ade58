"""WebSocket to the letter (RFC 6455), frame by frame, against the real board: `/echo` and `/api/v1/stream`.

What Autobahn's fuzzing client asks in its groups 1 to 7, 9 and 10, as cases of our own. Each case is sent whole, frame
by frame and octet by octet: a server must not notice how TCP cuts the stream.
"""

import itertools
import json
import struct
import threading
import unittest

from board import Board
from raw_websocket import (BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, WebSocket, chopped, close, fragments, frame)

PROTOCOL_ERROR, UNSUPPORTED_DATA, NOT_UTF8, MESSAGE_TOO_BIG = 1002, 1003, 1007, 1009
ALL = ("whole", "frames", "octets")


def closing(code):
    return [(CLOSE, struct.pack(">H", code))]


class Cases:
    """What every WebSocket of the board is held to; `message` is one that it answers with `reply`."""

    path = message = reply = None
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.board = cls.enterClassContext(Board(*cls.options))

    def check(self, frames, expected, chops=ALL):
        """Sends the frames, and then expects exactly these events up to the connection's end."""
        for chop in chops:
            with self.subTest(chop=chop), WebSocket(self.board.port, self.path) as client:
                data = b"".join(frames)
                pieces = {"whole": [data], "frames": frames}.get(chop) or chopped(data, 1 if chop == "octets" else chop)
                sender = threading.Thread(target=client.send, args=pieces)  # the board stops reading who does not
                sender.start()
                events = client.events()
                sender.join()
                self.assertEqual(events, expected)

    def passes(self, frames, expected, chops=ALL):
        """All is well: the Close that we send is the one that comes back."""
        self.check([*frames, close(1000)], [*expected, *closing(1000)], chops)

    def fails(self, frames, code=PROTOCOL_ERROR, before=(), chops=ALL):
        """The connection is failed, and nothing behind the fault is looked at."""
        self.check([*frames, frame(PING, b"behind"), close(1000)], [*before, *closing(code)], chops)

    def answered(self):
        return [frame(TEXT, self.message)], [(TEXT, self.reply)]

    # --- pings and pongs ---------------------------------------------------------------------------------

    def test_pings_are_answered_with_their_payload(self):
        for payload in (b"", b"Hello", b"\x00\xff\xfe\xfd", b"\xfe" * 125):
            self.passes([frame(PING, payload)], [(PONG, payload)])

    def test_ten_pings_in_a_row_are_answered_in_order(self):
        payloads = [b"ping %d" % n for n in range(10)]
        self.passes([frame(PING, p) for p in payloads], [(PONG, p) for p in payloads])

    def test_ping_of_126_octets_is_refused(self):
        self.fails([frame(PING, b"\xfe" * 126)])

    def test_unsolicited_pongs_are_read_over(self):
        sent, got = self.answered()
        self.passes([frame(PONG), frame(PONG, b"unasked"), *sent], got)
        self.passes([frame(PONG, b"unasked"), frame(PING, b"p")], [(PONG, b"p")])

    # --- reserved bits and opcodes -----------------------------------------------------------------------

    def test_reserved_bits_are_refused(self):
        sent, got = self.answered()
        for rsv in range(1, 8):
            for opcode, payload in ((TEXT, self.message), (BINARY, b"\xff"), (PING, b"p"), (CLOSE, b"\x03\xe8")):
                self.fails([frame(opcode, payload, rsv=rsv)], chops=("whole",))
            self.fails([*sent, frame(TEXT, self.message, rsv=rsv)], before=got)

    def test_reserved_opcodes_are_refused(self):
        sent, got = self.answered()
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            self.fails([frame(opcode)])
            self.fails([*sent, frame(opcode, b"payload")], before=got)

    # --- framing -------------------------------------------------------------------------------------------

    def test_unmasked_frames_are_refused(self):
        for opcode, payload in ((TEXT, self.message), (TEXT, b""), (PING, b"p"), (PONG, b""), (CLOSE, b"\x03\xe8")):
            self.fails([frame(opcode, payload, masked=False)])

    def test_any_mask_is_undone(self):
        for mask in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0"):
            self.passes([frame(TEXT, self.message, mask=mask), frame(PING, b"12345", mask=mask)],
                        [(TEXT, self.reply), (PONG, b"12345")])

    def test_mask_split_over_packets_at_each_place(self):
        data = frame(TEXT, self.message) + close(1000)
        for cut in range(1, 12):
            with self.subTest(cut=cut):
                self.check([data[:cut], data[cut:]], [(TEXT, self.reply), *closing(1000)], ("frames",))

    def test_lengths_that_are_not_the_shortest_are_refused(self):
        for size, form in ((0, 2), (125, 2), (0, 8), (126, 8), (65535, 8)):
            self.fails([frame(TEXT, b"x" * size, length_form=form)], chops=("whole",))
        self.fails([frame(PING, b"p", length_form=2)])
        self.fails([frame(PING, b"p", length_form=8)])

    def test_length_with_its_top_bit_set_is_refused(self):
        for length in (1 << 63, (1 << 64) - 1, (1 << 63) + 5):
            self.fails([b"\x81\xff" + struct.pack(">Q", length) + b"\0\0\0\0" + b"hello"])
            self.fails([b"\x82\xff" + struct.pack(">Q", length) + b"\0\0\0\0" + b"hello"])

    # --- fragments -----------------------------------------------------------------------------------------

    def test_fragments_make_a_message(self):
        for cut in (0, 1, len(self.message) // 2, len(self.message)):
            self.passes(fragments(TEXT, [self.message[:cut], self.message[cut:]]), [(TEXT, self.reply)])
        self.passes(fragments(TEXT, [bytes([octet]) for octet in self.message]), [(TEXT, self.reply)])
        self.passes(fragments(TEXT, [b"", b"", self.message, b"", b""]), [(TEXT, self.reply)])

    def test_control_frames_may_come_between_fragments(self):
        first, second, third = fragments(TEXT, [self.message[:3], self.message[3:7], self.message[7:]])
        self.passes([first, frame(PING, b"1"), second, frame(PONG), frame(PING, b"2" * 125), third],
                    [(PONG, b"1"), (PONG, b"2" * 125), (TEXT, self.reply)])

    def test_ping_between_fragments_is_answered_before_the_message_ends(self):
        with WebSocket(self.board.port, self.path) as client:
            first, second, third = fragments(TEXT, [self.message[:3], self.message[3:7], self.message[7:]])
            for piece, payload in ((first, b"one"), (second, b"two")):
                client.send(piece, frame(PING, payload))
                self.assertEqual(client.event(), (PONG, payload))
            client.send(third, frame(PING, b"three"))
            self.assertEqual(client.event(), (TEXT, self.reply))
            self.assertEqual(client.event(), (PONG, b"three"))

    def test_fragmented_control_frames_are_refused(self):
        for opcode in (PING, PONG, CLOSE):
            self.fails(fragments(opcode, [b"\x03\xe8", b"rest"]))
            self.fails([frame(opcode, fin=False)])

    def test_continuation_of_nothing_is_refused(self):
        sent, got = self.answered()
        for fin in (True, False):
            self.fails([frame(CONTINUATION, b"non-continuation", fin=fin), *sent])
            self.fails([*sent, frame(CONTINUATION, b"", fin=fin), *sent], before=got)
            self.fails([*fragments(TEXT, [self.message[:5], self.message[5:]]),
                        frame(CONTINUATION, b"fragment3", fin=fin), *sent], before=got)

    def test_message_within_a_message_is_refused(self):
        for opcode in (TEXT, BINARY):
            self.fails([frame(TEXT, b"fragment1", fin=False), frame(opcode, b"fragment2")])
            self.fails([frame(TEXT, b"", fin=False), frame(opcode, b"", fin=False)])

    # --- closing -------------------------------------------------------------------------------------------

    def test_close_is_answered_by_its_code(self):
        for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
            self.check([close(code)], closing(code))
        self.check([close(None)], [(CLOSE, b"")])

    def test_close_codes_that_are_not_for_the_wire_are_refused(self):
        for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
            self.check([close(code)], closing(PROTOCOL_ERROR))
            self.check([close(code, b"reason")], closing(PROTOCOL_ERROR), ("whole",))

    def test_close_payload_is_checked(self):
        self.check([close(1000, b"x" * 123)], closing(1000))
        self.check([close(1000, b"x" * 124)], closing(PROTOCOL_ERROR))
        self.check([frame(CLOSE, b"\x03")], closing(PROTOCOL_ERROR))
        self.check([close(1000, "Hello-µ@ßöä".encode())], closing(1000))
        for reason in (b"\xff", b"ok \xed\xa0\x80", b"cut off \xc3"):
            self.check([close(1000, reason)], closing(NOT_UTF8))

    def test_nothing_behind_a_close_is_looked_at(self):
        sent, got = self.answered()
        self.check([*sent, close(1000), close(1001)], [*got, *closing(1000)])
        self.check([close(1000), frame(PING, b"p")], closing(1000))
        self.check([close(1000), *sent], closing(1000))
        self.check([close(1000), b"\xff" * 300], closing(1000))
        first, second = fragments(TEXT, [b"fragment1", b"fragment2"])
        self.check([first, close(1000), second], closing(1000))

    def test_end_without_a_close_is_answered_by_one(self):
        for data in (b"", frame(TEXT, self.message)[:5], frame(TEXT, b"part", fin=False)):
            with self.subTest(data=data), WebSocket(self.board.port, self.path) as client:
                client.send(data)
                client.finish()
                self.assertEqual(client.events(), closing(PROTOCOL_ERROR))

    def test_two_messages_and_a_close_in_one_packet(self):
        sent, got = self.answered()
        self.passes([*sent, *sent], [*got, *got])


class Echo(Cases, unittest.TestCase):
    path = "/echo"
    message = reply = "Hello-µ@ßöäüàá-UTF-8!!".encode()
    options = ("--echo",)

    def comes_back(self, opcode, payload, chops=("whole",)):
        self.passes([frame(opcode, payload)], [(opcode, payload)], chops)

    def test_text_and_binary_of_each_size_come_back(self):
        for size in (0, 1, 125, 126, 127, 128, 4091, 4092, 4095, 4096, 4097, 4240, 65535, 65536, 65537):
            self.comes_back(TEXT, b"*" * size)
            self.comes_back(BINARY, b"\xfe" * size)
        for size in (125, 126, 127, 128, 1000):
            self.comes_back(BINARY, bytes(n * 7 % 256 for n in range(size)), ("octets",))

    def test_large_messages_in_pieces_of_each_size_come_back(self):
        for size in (997, 1024, 1460, 2048, 65000):
            self.comes_back(TEXT, b"*" * 65536, (size,))
        self.comes_back(BINARY, bytes(n * n % 251 for n in range(1 << 20)), ("whole", 997))
        self.comes_back(TEXT, "µß€𝄞 ".encode() * 90_000)

    def test_messages_of_many_fragments_come_back(self):
        for size in (64, 256, 1300, 4096, 65536):
            text = chopped("automatically fragmented €".encode() * 3_000, size)
            self.passes(fragments(TEXT, text), [(TEXT, b"".join(text))], ("whole", "frames"))

    def test_each_fragment_comes_back_as_one(self):
        sent = [(TEXT, False, b"a"), (CONTINUATION, False, b""), (CONTINUATION, False, b"bc"), (CONTINUATION, True, b"d")]
        with WebSocket(self.board.port, self.path) as client:
            for opcode, fin, payload in sent:
                client.send(frame(opcode, payload, fin=fin))
                self.assertEqual(client.frame(), (opcode, fin, payload))

    def test_message_before_a_close_comes_back_whole(self):
        large = b"BAsd7&jh23" * 26_000
        self.check([frame(TEXT, large), frame(TEXT, b"Hello"), close(1000), frame(PING)],
                   [(TEXT, large), (TEXT, b"Hello"), *closing(1000)], ("whole",))

    def test_binary_messages_may_hold_anything(self):
        every = bytes(range(256))
        self.passes(fragments(BINARY, [every, every]), [(BINARY, every * 2)])

    # --- UTF-8: what is valid is asked of Python's decoder, which is not ours ----------------------------

    BOUNDARIES = (0x00, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0x8ffff,
                  0xfffff, 0x100000, 0x10fffe, 0x10ffff)

    @staticmethod
    def sequences():
        """Valid and invalid octet sequences: boundaries, overlong forms, surrogates, cut-off and lonely octets."""
        for point in Echo.BOUNDARIES:
            yield chr(point).encode()
            yield chr(point).encode()[:-1]
        yield "κόσμε".encode()
        yield from (bytes([lead]) for lead in range(0x80, 0x100))
        yield from (bytes([lead, 0x20]) for lead in (0xc0, 0xc2, 0xdf, 0xe0, 0xef, 0xf0, 0xf4, 0xf8, 0xfc))
        for lead, seconds in ((0xc1, (0x80, 0xbf)), (0xc2, (0x7f, 0x80, 0xbf, 0xc0)), (0xe0, (0x80, 0x9f, 0xa0)),
                              (0xed, (0x80, 0x9f, 0xa0, 0xbf)), (0xf0, (0x80, 0x8f, 0x90)), (0xf4, (0x8f, 0x90)),
                              (0xf5, (0x80,))):
            yield from (bytes([lead, second, 0x80, 0x80, 0x80])[:2 if lead < 0xe0 else 3 if lead < 0xf0 else 4]
                        for second in seconds)
        yield b"\xf8\x88\x80\x80\x80"
        yield b"\xfc\x84\x80\x80\x80\x80"
        yield b"\xed\xa0\x80\xed\xb0\x80"  # a pair of surrogates
        yield b"\xce\xba\xe1\xbd\xb9\xf4\x90\x80\x80edited"
        yield b"\xe2\x82\x41"

    @staticmethod
    def is_valid(text):
        try:
            text.decode()
            return True
        except UnicodeDecodeError:
            return False

    @staticmethod
    def good_octets(text):
        """How many octets from the front some others could make valid. (Python's incremental decoder is no judge: it
        takes the first two octets of a surrogate.)"""
        ends = [bytes(end) for size in range(4) for end in itertools.product((0x80, 0x90, 0xa0), repeat=size)]
        return max(size for size in range(len(text) + 1) if any(Echo.is_valid(text[:size] + end) for end in ends))

    def test_text_is_checked_in_one_frame_and_in_frames_of_one_octet(self):
        verdicts = set()
        for text in self.sequences():
            octets = fragments(TEXT, chopped(text, 1) or [b""])
            valid = self.is_valid(text)
            verdicts.add(valid)
            with self.subTest(text=text):
                if valid:
                    self.passes([frame(TEXT, text)], [(TEXT, text)], ("whole",))
                    self.passes(octets, [(TEXT, text)], ("whole",))
                    self.passes([frame(BINARY, text)], [(BINARY, text)], ("whole",))
                else:
                    self.fails([frame(TEXT, text)], NOT_UTF8, chops=("whole",))
                    self.fails(octets, NOT_UTF8, chops=("frames",))
                    self.passes([frame(BINARY, text)], [(BINARY, text)], ("whole",))
        self.assertEqual(verdicts, {True, False})

    def test_text_fails_at_its_first_bad_octet(self):
        for text in self.sequences():
            good = self.good_octets(text)
            if good == len(text):
                continue  # valid, or only its end is missing
            with self.subTest(text=text):
                # In an unfinished message of fragments: open before the bad octet, failed with it.
                with WebSocket(self.board.port, self.path) as client:
                    client.send(frame(TEXT, text[:good], fin=False), frame(PING, b"still open"))
                    self.assertEqual(client.event(), (PONG, b"still open"))
                    client.send(frame(CONTINUATION, text[good:good + 1], fin=False))
                    self.assertEqual(client.events(), closing(NOT_UTF8))
                # In a frame that is not complete.
                with WebSocket(self.board.port, self.path) as client:
                    whole = frame(TEXT, text + b"the rest never comes")
                    client.send(whole[:6 + good + 1])
                    self.assertEqual(client.events(), closing(NOT_UTF8))

    def test_what_a_message_lacks_is_no_matter_of_the_next(self):
        self.fails([frame(TEXT, b"ok"), frame(TEXT, b"\xc3"), frame(TEXT, b"\xa4")], NOT_UTF8, [(TEXT, b"ok")])


class Stream(Cases, unittest.TestCase):
    path = "/api/v1/stream"
    message = b'{"id":1,"method":"subscribe","params":{"topics":[]}}'
    reply = b'{"id":1,"result":{}}'

    def test_message_below_at_and_above_its_size(self):
        for size in (4095, 4096):
            self.passes([frame(TEXT, self.message.ljust(size))], [(TEXT, self.reply)], ("whole", "frames", 1000))
        self.fails([frame(TEXT, self.message.ljust(4097))], MESSAGE_TOO_BIG, chops=("whole",))

    def test_fragments_above_the_size_of_a_message_are_refused(self):
        full = fragments(TEXT, [self.message.ljust(4096), b""])
        self.passes([full[0], frame(PING, b"p" * 125), full[1]], [(PONG, b"p" * 125), (TEXT, self.reply)])
        self.fails(fragments(TEXT, [self.message.ljust(4096), b" "]), MESSAGE_TOO_BIG, chops=("whole", "frames"))
        self.fails([frame(TEXT, b" " * 1_000_000)], MESSAGE_TOO_BIG, chops=("whole",))

    def test_too_much_is_refused_before_it_is_sent(self):
        for length in (4097, 65536, (1 << 63) - 1):
            with self.subTest(length=length), WebSocket(self.board.port, self.path) as client:
                form = b"\xfe" + struct.pack(">H", length) if length < 65536 else b"\xff" + struct.pack(">Q", length)
                client.send(b"\x81" + form + b"mask")
                self.assertEqual(client.events(), closing(MESSAGE_TOO_BIG))

    def test_binary_is_refused(self):
        self.fails([frame(BINARY, self.message)], UNSUPPORTED_DATA)
        self.fails([frame(BINARY, b"", fin=False)], UNSUPPORTED_DATA)

    def test_text_that_is_not_utf8_is_refused(self):
        self.fails([frame(TEXT, b'{"id":1,"\xff')], NOT_UTF8)
        self.fails(fragments(TEXT, [b'"\xc3', b'"']), NOT_UTF8)

    def test_what_is_no_json_is_an_answer_and_no_end(self):
        with WebSocket(self.board.port, self.path) as client:
            for text in (b"", b"{", b"[" * 4096, b"\0"):
                client.send(frame(TEXT, text))
                opcode, answer = client.event()
                self.assertEqual((opcode, json.loads(answer)["error"]["status"]), (TEXT, 400))


if __name__ == "__main__":
    unittest.main()
