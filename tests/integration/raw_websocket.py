"""A WebSocket client that sends whatever bytes a test likes, and checks what comes back. Standard library only."""

import base64
import hashlib
import os
import socket
import struct

from board import PATIENCE_S

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True, length_form=None, mask=None):
    """One frame (RFC 6455 §5.2). `length_form`: 0, 2 or 8 bytes of extended length, whatever is right."""
    size = len(payload)
    if length_form is None:
        length_form = 0 if size < 126 else 2 if size < 65536 else 8
    mask_bit = 0x80 if masked else 0
    out = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if length_form == 0:
        out += bytes([mask_bit | size])
    elif length_form == 2:
        out += bytes([mask_bit | 126]) + struct.pack(">H", size)
    else:
        out += bytes([mask_bit | 127]) + struct.pack(">Q", size)
    if not masked:
        return out + payload
    key = os.urandom(4) if mask is None else mask
    return out + key + xor(payload, key)


def xor(payload, key):
    keys = (key * (len(payload) // 4 + 1))[:len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(keys, "big")).to_bytes(len(payload), "big")


def close(code=1000, reason=b"", **options):
    return frame(CLOSE, b"" if code is None else struct.pack(">H", code) + reason, **options)


def fragments(opcode, parts, **options):
    """A message in as many frames as there are parts."""
    last = len(parts) - 1
    return [frame(opcode if i == 0 else CONTINUATION, part, fin=i == last, **options) for i, part in enumerate(parts)]


def chopped(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


def handshake(path, leave_out=(), **change):
    """The request as bytes; `leave_out` names fields, `change` gives other values (with _ for -)."""
    fields = {
        "Host": "localhost", "Connection": "Upgrade", "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    method = change.pop("method", "GET")
    version = change.pop("http", "HTTP/1.1")
    fields.update({name.replace("_", "-"): value for name, value in change.items()})
    lines = [f"{name}: {value}" for name, value in fields.items() if name not in leave_out]
    return "\r\n".join([f"{method} {path} {version}", *lines, "", ""]).encode()


def read_head(stream):
    """(status, fields) of an answer; names in lower case."""
    line = stream.readline()
    status = int(line.split()[1])
    fields = {}
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, value = line.decode().split(":", 1)
        fields[name.lower()] = value.strip()
    return status, fields


class WebSocket:
    """One connection. Every frame from the board is checked: unmasked, shortest length, no reserved bit."""

    def __init__(self, port, path, timeout=PATIENCE_S, **change):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")
        self._opcode, self._parts = CONTINUATION, []
        key = base64.b64encode(os.urandom(16))
        self.socket.sendall(handshake(path, Sec_WebSocket_Key=key.decode(), **change))
        status, self.fields = read_head(self.stream)
        assert status == 101, status
        expected = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
        assert self.fields["sec-websocket-accept"] == expected, self.fields

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, *pieces):
        """Each piece by a call of its own. A board that has closed is seen when reading."""
        try:
            for piece in pieces:
                self.socket.sendall(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass

    def finish(self):
        self.socket.shutdown(socket.SHUT_WR)

    def frame(self):
        """(opcode, fin, payload), or None at the end of the connection."""
        head = self.stream.read(2)
        if not head:
            return None
        assert len(head) == 2, "half a frame"
        first, size = head
        assert first & 0x70 == 0, "a reserved bit"
        assert size & 0x80 == 0, "masked"
        if size == 126:
            size = struct.unpack(">H", self.stream.read(2))[0]
            assert size >= 126, "not the shortest length"
        elif size == 127:
            size = struct.unpack(">Q", self.stream.read(8))[0]
            assert size >= 65536, "not the shortest length"
        opcode = first & 0x0F
        fin = first & 0x80 != 0
        assert opcode in (0, 1, 2, 8, 9, 10), opcode
        assert opcode < 8 or (fin and size <= 125), "a control frame is short and whole"
        payload = self.stream.read(size)
        assert len(payload) == size, "half a frame"
        return opcode, fin, payload

    def event(self):
        """The next whole message or control frame as (opcode, payload); None at the end of the connection."""
        while (got := self.frame()) is not None:
            opcode, fin, payload = got
            if opcode >= 8:
                return opcode, payload
            assert (opcode == CONTINUATION) == bool(self._parts), "fragments of a message come in a row"
            self._opcode = opcode or self._opcode
            self._parts.append(payload)
            if fin:
                message = b"".join(self._parts)
                self._parts = []
                return self._opcode, message
        return None

    def events(self):
        """All that comes until the connection ends."""
        return list(iter(self.event, None))
