"""HTTP/1.1 rule by rule on raw sockets: each row is a rule, where it stands, what is sent and what must come back.

Every row is sent whole, and byte by byte; both must be answered the same. A row whose last status carries `+` leaves
the connection open: a request that follows is answered on it. One with `~` stays open only when the body that it does
not want had come already. Any other ends in order, never by a reset.
"""

import gzip
import re
import socket
import unittest

from board import PATIENCE_S, Board

HOST = b"Host: 127.0.0.1\r\n"
TOKEN = "a-token-of-those-who-keep-the-rules"
OWNER = HOST + b"Authorization: Bearer %s\r\n" % TOKEN.encode()
STATE = b"/api/v1/state"


def get(target=b"/healthz", fields=b"", host=HOST, method=b"GET"):
    return b"%s %s HTTP/1.1\r\n%s%s\r\n" % (method, target, host, fields)


def put(fields, body=b"", path=b"/api/v1/outputs/none"):
    return b"PUT %s HTTP/1.1\r\n%sContent-Type: application/json\r\n%s\r\n%s" % (path, OWNER, fields, body)


GZIP = b"Accept-Encoding: gzip\r\n"

# (rule, section, bytes, statuses in order)
RULES = [
    # RFC 9112 §2, §3: message and request line
    ("an empty line in front is skipped", "9112 2.2", b"\r\n" + get(), "200+"),
    ("empty lines in front are skipped", "9112 2.2", b"\r\n\r\n" + get(), "200+"),
    ("bare LF is refused", "9112 2.2", b"GET /healthz HTTP/1.1\nHost: a\n\n", "400"),
    ("bare CR is refused", "9112 2.2", b"GET /healthz HTTP/1.1\r\n%sA: b\rc\r\n\r\n" % HOST, "400"),
    ("white space before the first field is refused", "9112 2.2", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400"),
    ("a later minor version is read as 1.1", "9110 2.5", b"GET /healthz HTTP/1.9\r\n%s\r\n" % HOST, "200+"),
    ("another major version is refused", "9110 2.5", b"GET / HTTP/2.0\r\n%s\r\n" % HOST, "505"),
    ("HTTP/0.9 is refused", "9112 2.3", b"GET /\r\n\r\n", "400"),
    ("the version is case-sensitive", "9112 2.3", b"GET / http/1.1\r\n%s\r\n" % HOST, "400"),
    ("single spaces in the request line", "9112 3", b"GET  / HTTP/1.1\r\n%s\r\n" % HOST, "400"),
    ("no space at its end", "9112 3", b"GET / HTTP/1.1 \r\n%s\r\n" % HOST, "400"),
    ("methods are case-sensitive", "9110 9.1", get(method=b"get"), "501"),
    ("an unknown method is 501", "9110 9.1", get(method=b"BREW"), "501"),
    ("a method longer than any is 501", "9112 3", b"A" * 3000, "501"),
    ("TRACE is not offered", "9110 9.3.8", get(method=b"TRACE"), "501"),
    ("CONNECT is not offered", "9110 9.3.6", b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "501"),
    ("a known method on a path without it is 405", "9110 15.5.6", get(STATE, method=b"DELETE"), "405+"),
    ("OPTIONS of a path", "9110 9.3.7", get(STATE, method=b"OPTIONS"), "204+"),
    ("OPTIONS of the server", "9110 9.3.7", get(b"*", method=b"OPTIONS"), "204+"),
    ("OPTIONS of the server as a proxy sends it", "9112 3.2.4", get(b"http://127.0.0.1", method=b"OPTIONS"), "204+"),
    ("an asterisk is for OPTIONS", "9112 3.2.4", get(b"*"), "400"),
    ("HEAD has no body", "9110 9.3.2", get(method=b"HEAD"), "200+"),
    ("nor when it says that it has one of no bytes", "9110 9.3.2",
     get(STATE, method=b"HEAD", fields=b"Content-Length: 0\r\n"), "200+"),
    ("nor with one in chunks, where none belongs", "9110 9.3.2",
     get(STATE, method=b"HEAD", fields=b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n", "413"),
    # RFC 9112 §3.2: targets
    ("an absolute-form is taken", "9112 3.2.2", get(b"http://127.0.0.1/healthz"), "200+"),
    ("its scheme in any case", "9110 4.2.3", get(b"HTTP://127.0.0.1/healthz?x"), "200+"),
    ("its empty path is /", "9110 4.2.3", get(b"http://127.0.0.1?x", fields=GZIP, method=b"HEAD"), "200+"),
    ("its authority stands above Host: of another site", "9112 3.2.2",
     get(b"http://127.0.0.1/api/v1/wifi/scan", host=b"Host: evil\r\n", fields=b"Origin: http://evil\r\n", method=b"POST"),
     "403+"),
    ("so it does when that site is its own", "9112 3.2.2", get(b"http://evil/api/v1/state"), "421+"),
    ("https on this port is misdirected", "9110 7.4", get(b"https://127.0.0.1/"), "421"),
    ("user information is refused", "9110 4.2.4", get(b"http://me@127.0.0.1/"), "400"),
    ("a fragment is refused", "9112 3.2", get(b"/healthz#a"), "400"),
    ("a relative target is refused", "9112 3.2.1", get(b"healthz"), "400"),
    ("a target of 1,024 bytes", "9112 3", get(b"/" + b"a" * 1023), "404+"),
    ("a longer one is 414", "9112 3", get(b"/" + b"a" * 1024), "414"),
    ("an endless one is 414", "9112 3", b"GET /" + b"a" * 3000, "414"),
    # RFC 3986: paths
    ("what needs no encoding is the same encoded", "9110 4.2.3", get(b"/%68ealthz"), "200+"),
    ("an encoded slash is no slash", "3986 2.2", get(b"/api%2Fv1/state"), "404+"),
    ("encoded twice is something else", "3986 2.4", get(b"/%2568ealthz"), "404+"),
    ("an encoded NUL ends nothing", "3986 2.1", get(b"/healthz%00"), "404+"),
    ("a NUL is refused", "3986 2", get(b"/healthz\0"), "400"),
    ("a backslash is refused", "3986 2", get(b"/api\\v1"), "400"),
    ("an encoded backslash is no slash", "3986 2", get(b"/api%5Cv1/state"), "404+"),
    ("dot segments lead nowhere", "3986 5.2.4", get(b"/x/../healthz"), "404+"),
    ("nor encoded ones", "3986 5.2.4", get(b"/%2e%2e/%2e%2e/etc/passwd"), "404+"),
    ("an empty segment counts", "3986 3.3", get(b"//healthz"), "404+"),
    ("half an encoding is refused", "3986 2.1", get(b"/healthz%4"), "400"),
    ("raw UTF-8 is refused", "3986 2", get("/ä".encode()), "400"),
    # RFC 9110 §7.2: Host
    ("no Host is refused", "9112 3.2", get(host=b""), "400"),
    ("two are refused", "9112 3.2", get(host=HOST + HOST), "400"),
    ("an empty one is refused", "9110 4.2.1", get(host=b"Host:\r\n"), "400"),
    ("brackets alone are no host", "3986 3.2.2", get(host=b"Host: ][:::\r\n"), "400"),
    ("a port above 65535 is none", "3986 3.2.3", get(host=b"Host: x:99999999\r\n"), "400"),
    ("an IPv6 literal", "3986 3.2.2", get(host=b"Host: [fe80::1]:8080\r\n"), "200+"),
    ("the name of another site", "9110 7.4", get(STATE, host=b"Host: evil.example\r\n"), "421+"),
    ("a name below localhost", "6761 6.3", get(STATE, host=b"Host: A.localhost.:80\r\n"), "200+"),
    ("HTTP/1.0 without Host may read", "9112 3.2", b"GET /api/v1/state HTTP/1.0\r\n\r\n", "200"),
    ("and nothing else", "9112 3.2", b"POST /api/v1/wifi/scan HTTP/1.0\r\n\r\n", "421"),
    ("half of one", "3986 3.2.2", get(host=b"Host: [fe80::1\r\n"), "400"),
    # RFC 9112 §5: fields
    ("no space before the colon", "9112 5.1", get(fields=b"A : b\r\n"), "400"),
    ("a line without colon", "9112 5", get(fields=b"A\r\n"), "400"),
    ("a name that is no token", "9110 5.1", get(fields=b"A(: b\r\n"), "400"),
    ("obs-fold is refused", "9112 5.2", get(fields=b"A: b\r\n c\r\n"), "400"),
    ("an empty value", "9110 5.5", get(fields=b"A:\r\n"), "200+"),
    ("a value of spaces", "9110 5.5", get(fields=b"A:  \t \r\n"), "200+"),
    ("obs-text", "9110 5.5", get(fields=b"A: \x80\xff\r\n"), "200+"),
    ("a NUL in a value", "9110 5.5", get(fields=b"A: b\0\r\n"), "400"),
    ("a field of one value comes once", "9110 5.3", get(fields=b"Range: bytes=0-1\r\nRange: bytes=2-3\r\n"), "400"),
    ("64 fields", "9110 5.4", get(fields=b"A: b\r\n" * 63), "200+"),
    ("more are 431", "9110 5.4", get(fields=b"A: b\r\n" * 64), "431"),
    ("a large head is 431", "9110 5.4", get(fields=b"If-Match: " + b"b" * 3000 + b"\r\n"), "431"),
    ("a large Cookie, which is not read, is not", "9110 5.4", get(fields=b"Cookie: " + b"b" * 8000 + b"\r\n"), "200+"),
    ("an endless one is", "9110 5.4", get(fields=b"Cookie: " + b"b" * 20000 + b"\r\n"), "431"),
    ("what is not read is checked all the same", "9112 5.1",
     get(fields=b"Cookie: " + b"b" * 8000 + b"\0\r\n"), "400"),
    # RFC 9112 §6, §7: framing
    ("two lengths", "9112 6.3", put(b"Content-Length: 0\r\nContent-Length: 5\r\n"), "400"),
    ("the same length twice", "9110 8.6", put(b"Content-Length: 2\r\nContent-Length: 2\r\n", b"{}"), "400"),
    ("a listed length", "9110 8.6", put(b"Content-Length: 2, 2\r\n", b"{}"), "400"),
    ("a negative length", "9110 8.6", put(b"Content-Length: -1\r\n"), "400"),
    ("a length that wraps", "9110 8.6", put(b"Content-Length: 18446744073709551618\r\n", b"{}"), "413"),
    ("length beside chunked", "9112 6.1", put(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), "400"),
    ("chunked in HTTP/1.0", "9112 6.1", b"PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
    ("chunked is not last", "9112 6.3", put(b"Transfer-Encoding: chunked, gzip\r\n"), "400"),
    ("chunked twice", "9112 6.1", put(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), "400"),
    ("a coding that is unknown", "9112 6.1", put(b"Transfer-Encoding: gzip, chunked\r\n"), "501"),
    ("a chunked body", "9112 7.1", put(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n"), "404+"),
    ("its extensions and trailers are read over", "9112 7.1.1",
     put(b"Transfer-Encoding: chunked\r\n", b"2;a=\"b\"\r\n{}\r\n0;c\r\nContent-Length: 9\r\n\r\n"), "404+"),
    ("bare LF in an extension", "9112 7.1.1", put(b"Transfer-Encoding: chunked\r\n", b"2;a\n{}\r\n0\r\n\r\n"), "400"),
    ("a chunk longer than its size", "9112 7.1", put(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}}\r\n0\r\n\r\n"), "400"),
    ("a chunk size that wraps", "9112 7.1", put(b"Transfer-Encoding: chunked\r\n", b"10000000000000002\r\n"), "400"),
    ("a trailer that is no field", "9112 7.1.2", put(b"Transfer-Encoding: chunked\r\n", b"0\r\nGET / HTTP/1.1\r\n\r\n"), "400"),
    ("a body of 2,048 bytes behind a large Cookie", "9110 15.5.14",
     put(b"Cookie: %s\r\nContent-Length: 2048\r\n" % (b"c" * 2300), b" " * 2048), "404+"),
    ("also behind one that is larger than all the room", "9110 15.5.14",
     put(b"Cookie: %s\r\nContent-Length: 2048\r\n" % (b"c" * 5000), b" " * 2048), "404+"),
    ("what is no {} where none belongs", "9110 9.3.3",
     b"POST /api/v1/wifi/scan HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: 4\r\n\r\n[{}]" % OWNER,
     "422+"),
    ("a larger one is 413", "9110 15.5.14", put(b"Content-Length: 2049\r\n"), "413"),
    ("so is a chunked one", "9110 15.5.14", put(b"Transfer-Encoding: chunked\r\n", b"801\r\n" + b" " * 2049), "413"),
    ("a body where none belongs", "9110 15.5.14", get(fields=b"Content-Length: 1\r\n") + b"x", "413~"),
    # RFC 9112 §9: connections
    ("two requests at once", "9112 9.3.2", get() + get(method=b"HEAD"), "200 200+"),
    ("requests with bodies at once", "9112 9.3.2",
     put(b"Content-Length: 2\r\n", b"{}") + b"\r\n" + put(b"Transfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n") + get(),
     "404 404 200+"),
    ("nothing behind an error is a request", "9112 9.3", get(host=b"") + get(), "400"),
    ("nothing behind close is a request", "9112 9.6", get(fields=b"Connection: close\r\n") + get(), "200"),
    ("close stands above keep-alive", "9112 9.3", get(fields=b"Connection: keep-alive\r\nConnection: Close\r\n"), "200"),
    ("HTTP/1.0 closes", "9112 9.3", b"GET /healthz HTTP/1.0\r\n\r\n", "200"),
    ("HTTP/1.0 may ask to stay", "9112 9.3", b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200+"),
    # RFC 9110 §10.1.1
    ("another expectation is 417", "9110 10.1.1", get(fields=b"Expect: tea\r\n"), "417"),
    ("an expectation without a body", "9110 10.1.1", get(fields=b"Expect: 100-continue\r\n"), "200+"),
    # RFC 9110 §8, §12, §13, §14: representations
    ("an unknown type is 415", "9110 15.5.16",
     b"PUT /api/v1/outputs/none HTTP/1.1\r\n%sContent-Type: a/b\r\nContent-Length: 2\r\n\r\n{}" % OWNER, "415~"),
    ("a coded body is 415", "9110 8.4", put(b"Content-Encoding: gzip\r\nContent-Length: 2\r\n", b"{}"), "415~"),
    ("gzip refused, nothing else offered", "9110 12.5.3",
     get(b"/", fields=b"Accept-Encoding: gzip;foo=1;q=0, identity;q=0\r\n"), "406+"),
    ("lines of a list are one list", "9110 5.3",
     get(b"/", fields=b"Accept-Encoding: identity;q=0\r\nAccept-Encoding: gzip;q=0\r\n"), "406+"),
    ("If-None-Match of anything", "9110 13.1.2", get(STATE, fields=b"If-None-Match: *\r\n"), "304+"),
    ("If-Match of something else", "9110 13.1.1", get(b"/", fields=GZIP + b"If-Match: \"x\"\r\n"), "412+"),
    ("If-Match stands above If-None-Match", "9110 13.2.2",
     get(b"/", fields=GZIP + b"If-None-Match: *\r\nIf-Match: \"x\"\r\n"), "412+"),
    ("If-Modified-Since is ignored without a date", "9110 13.1.3",
     get(b"/", fields=GZIP + b"If-Modified-Since: Sat, 21 Nov 2026 04:49:38 GMT\r\n", method=b"HEAD"), "200+"),
    ("a range", "9110 14.2", get(b"/", fields=GZIP + b"Range: bytes=0-9\r\n"), "206+"),
    ("a range of HEAD is ignored", "9110 14.2", get(b"/", fields=GZIP + b"Range: bytes=0-9\r\n", method=b"HEAD"), "200+"),
    ("a range up to more than 64 bits hold", "9110 14.1.1",
     get(b"/", fields=GZIP + b"Range: bytes=0-99999999999999999999999\r\n"), "206+"),
    ("a range from more than 64 bits hold", "9110 14.1.1",
     get(b"/", fields=GZIP + b"Range: bytes=18446744073709551616-\r\n"), "416+"),
    ("two ranges are the whole", "9110 14.2", get(b"/", fields=GZIP + b"Range: bytes=0-1,3-4\r\n"), "200+"),
    ("If-Range of something else is the whole", "9110 13.1.5",
     get(b"/", fields=GZIP + b"Range: bytes=0-9\r\nIf-Range: \"x\"\r\n"), "200+"),
    # What speaks another protocol
    ("an HTTP/2 preface", "9113 3.4", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"),
    ("a TLS hello", "8446 4", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(64)), "400"),
]

# Whatever a client sends, an answer has no other fields than these.
FIELDS = {
    "date", "content-type", "content-length", "transfer-encoding", "content-encoding", "cache-control", "etag", "allow",
    "content-range", "accept-ranges", "retry-after", "vary", "x-content-type-options", "content-security-policy",
    "referrer-policy", "cross-origin-resource-policy", "connection"}


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def answer(self, to_head):
        """(status, fields, body) of the next answer; None at the connection's end."""
        line = self.file.readline()
        if not line:
            return None
        version, status, _ = line.decode("ascii").split(" ", 2)
        assert version == "HTTP/1.1", line
        fields = {}
        while (line := self.file.readline()) != b"\r\n":
            assert line.endswith(b"\r\n"), line
            name, value = line.decode("ascii").rstrip("\r\n").split(": ", 1)
            assert name.lower() not in fields, name
            fields[name.lower()] = value
        has_body = not to_head and status not in ("204", "304")
        body = self.file.read(int(fields.get("content-length", 0))) if has_body else b""
        return int(status), fields, body


def methods_of(data):
    return [word == b"HEAD" for word in (part.split(b" ")[0] for part in data.split(b"\r\n"))
            if word in (b"HEAD", b"GET", b"PUT", b"OPTIONS", b"DELETE")]


class HttpRules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.board = cls.enterClassContext(Board("--log-level", "error"))
        cls.board.claim(TOKEN)
        # Strangers may look: then what they get is told by HTTP's rules, and not by who they are.
        assert cls.board.request("PATCH", "/api/v1/settings", {"security": {"public": "viewing"}})[0] == 200

    def exchange(self, pieces, data, statuses):
        """Sends the pieces; returns what came back, and checks how the connection goes on."""
        client = Client(self.board.port)
        try:
            for piece in pieces:
                client.send(piece)
            stays = statuses.endswith("+")
            heads = methods_of(data) + [False]
            answers = [client.answer(heads[min(i, len(heads) - 1)]) for i in range(len(statuses.split()))]
            if stays:
                client.send(get(b"/readyz"))
                self.assertIn(client.answer(False)[0], (200, 503))
            elif not statuses.endswith("~"):
                self.assertEqual(client.socket.recv(1), b"", "it ends in order, with nothing more")
            return answers
        finally:
            client.close()

    def test_each_rule_whole_and_byte_by_byte(self):
        for rule, section, data, statuses in RULES:
            with self.subTest(rule, rfc=section):
                whole = self.exchange([data], data, statuses)
                self.assertEqual(" ".join(str(a[0]) for a in whole), statuses.rstrip("+~"))
                pieces = [data[i:i + 1] for i in range(len(data))]
                slow = self.exchange(pieces if len(pieces) < 400 else [data[:700], data[700:]], data, statuses)
                for once, again in zip(whole, slow):
                    self.assertEqual(once[0], again[0])
                    either = {"date": "", "connection": ""} if statuses.endswith("~") else {"date": ""}
                    if STATE in data:  # it goes on while this test looks
                        either |= {name: "" for name in ("etag", "content-length") if name in once[1]}
                    self.assertEqual({**once[1], **either}, {**again[1], **either})
                    if not once[2].startswith(b"{\"seq\""):
                        self.assertEqual(once[2], again[2])
                for status, fields, _ in whole:
                    self.assertLessEqual(set(fields), FIELDS)
                    self.assertEqual("allow" in fields, status == 405 or b"OPTIONS /" in data)
                    if status >= 400 and b"HEAD" not in data:
                        self.assertEqual(fields["content-type"], "application/problem+json")

    def test_what_a_client_sends_never_becomes_a_field_of_the_answer(self):
        attacks = [b"%0d%0aX-Injected:%201", b"%0D%0A%0D%0A<script>", b"%E5%98%8A%E5%98%8DX-Injected:1", b"%00%0a"]
        for attack in attacks:
            for target in (b"/%s", b"/api/v1/outputs/%s", b"/api/v1/history?series=%s", b"/api/v1/logs?since=%s",
                           b"http://127.0.0.1/%s"):
                for field in (b"Accept: %s", b"If-None-Match: \"%s\"", b"If-Range: \"%s\"", b"Origin: http://%s",
                              b"Sec-WebSocket-Protocol: %s", b"Range: bytes=%s"):
                    data = get(target % attack.replace(b"<script>", b""), fields=(field % attack) + b"\r\n", host=OWNER)
                    status, fields, _ = self.exchange([data], data, "200+")[0]
                    self.assertLessEqual(set(fields), FIELDS, data)
                    self.assertLess(status, 500)

    def test_an_asset_says_the_same_whether_its_fields_were_made_with_it_or_for_this_answer(self):
        def ask(path, more=b"", method=b"GET"):
            data = get(path, fields=GZIP + more, method=method)
            return self.exchange([data], data, "200" if more.startswith(b"Connection") else "200+")[0]

        paths = set(re.findall(rb"/assets/[^\"]+", gzip.decompress(ask(b"/")[2])))
        self.assertGreaterEqual(len(paths), 2)
        for path in paths:
            status, fields, body = ask(path)
            self.assertEqual(status, 200)
            self.assertIn(fields.pop("date", "")[-4:], ("", " GMT"))
            self.assertEqual(int(fields["content-length"]), len(body))
            for answer, wanted in ((ask(path, b"Range: bytes=0-\r\n"), (206, body)),
                                   (ask(path, method=b"HEAD"), (200, b"")),
                                   (ask(path, b"Connection: close\r\n"), (200, body))):
                status, again, data = answer
                self.assertEqual((status, data), wanted)
                self.assertEqual(again.pop("content-range", ""),
                                 f"bytes 0-{len(body) - 1}/{len(body)}" if status == 206 else "")
                again.pop("connection", None)
                again.pop("date", None)
                self.assertEqual(again, fields)

    def test_continue_comes_before_the_body_and_only_then(self):
        client = Client(self.board.port)
        try:
            client.send(put(b"Expect: 100-continue\r\nContent-Length: 2\r\n"))
            self.assertEqual(client.file.readline(), b"HTTP/1.1 100 Continue\r\n")
            self.assertEqual(client.file.readline(), b"\r\n")
            client.send(b"{}")
            self.assertEqual(client.answer(False)[0], 404)
        finally:
            client.close()
        refused = put(b"Expect: 100-continue\r\nContent-Length: 9999\r\n")
        self.assertEqual(self.exchange([refused], refused, "413")[0][0], 413)

    def test_z_each_status_is_counted_by_its_code(self):
        _, _, text = self.board.request("GET", "/metrics")
        counted = {line.split("\"")[1] for line in text.decode().splitlines()
                   if line.startswith("boardwalk_requests_total{")}
        sent = {status.rstrip("+~") for _, _, _, statuses in RULES for status in statuses.split()}
        self.assertLessEqual(sent, counted)
        self.assertNotIn("other", counted)


if __name__ == "__main__":
    unittest.main()
