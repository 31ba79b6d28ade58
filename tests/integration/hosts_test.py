"""By which names, through which proxies and from where a board may be asked."""

import http.client
import json
import os
import socket
import unittest
import urllib.parse

from board import PATIENCE_S, STACK, Board

PAGE = "text/html,application/xhtml+xml,*/*;q=0.8"
LAMP = "/api/v1/outputs/lamp"


def ask(board, host, method="GET", path="/api/v1/state", body=None, **fields):
    status, headers, data = board.request(method, path, body, Host=host, **fields)
    return status, headers["Content-Type"], data.decode()


class Hosts(unittest.TestCase):
    def test_a_page_of_another_site_whose_name_leads_here_gets_nothing(self):
        with Board() as board:
            evil = f"evil.example:{board.port}"
            own = {"Origin": f"http://{evil}"}
            for method, path, body in (("GET", "/", None), ("GET", "/api/v1/state", None),
                                       ("GET", "/api/v1/settings/backup", None), ("GET", "/metrics", None),
                                       ("PUT", LAMP, {"value": True}), ("PUT", "/api/v1/settings/restore", {}),
                                       ("PUT", "/api/v1/firmware", b"x" * 5000), ("POST", "/api/v1/restart", None),
                                       ("GET", "/api/v1/stream", None)):
                status, kind, answer = ask(board, evil, method, path, body, **own)
                self.assertEqual((status, kind), (421, "application/problem+json"), path)
                for word in ("unknown_host", evil, "security.hosts", "--host"):
                    self.assertIn(word, answer)
            for path in ("/healthz", "/readyz"):
                self.assertIn(ask(board, evil, path=path)[0], (200, 503), "503: not ready yet")

    def test_a_person_who_came_by_another_name_gets_a_page(self):
        with Board() as board:
            status, headers, page = board.request("GET", "/", Host="kitchen.lan", Accept=PAGE)
            self.assertEqual(status, 421)
            self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
            self.assertIn("default-src 'self'", headers["Content-Security-Policy"])
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            for word in ("kitchen.lan", "security.hosts", "--host NAME", "light dark"):
                self.assertIn(word, page.decode())

    def test_a_computers_own_name_leads_to_its_board(self):
        name = socket.gethostname().split(".")[0]
        with Board() as board:
            for host in (name, name.upper() + ".local", f"{name}.:{board.port}", "localhost", "board.localhost"):
                self.assertEqual(ask(board, host)[0], 200, host)

    def test_names_chosen_at_the_start_or_by_the_owner_lead_to_it(self):
        with Board("--host", "kitchen.lan", "--host", "Board.Example.") as board:
            for host in ("kitchen.lan", "board.example:8443", "BOARD.EXAMPLE."):
                self.assertEqual(ask(board, host)[0], 200, host)
            self.assertEqual(ask(board, "proxy.example")[0], 421)
            changed = {"security": {"hosts": ["proxy.example"], "origins": ["https://proxy.example"]}}
            self.assertEqual(ask(board, "localhost", "PATCH", "/api/v1/settings", changed)[0], 200)
            self.assertEqual(ask(board, "Proxy.Example:8080")[0], 200)
            on = ("PUT", LAMP, {"value": True})
            self.assertEqual(ask(board, "proxy.example", *on, Origin="https://proxy.example")[0], 200)
            self.assertEqual(ask(board, "127.0.0.1", *on, Origin="https://proxy.example:443")[0], 200)
            self.assertEqual(ask(board, "127.0.0.1", *on, Origin="http://proxy.example")[0], 403)

    def test_behind_a_proxys_defaults_the_page_works_but_for_what_has_an_effect(self):
        """Its Host is the upstream's name, so the Origin of the page is not the board's."""
        with Board() as board:
            _, _, page = board.request("GET", "/", Accept_Encoding="identity")
            script = urllib.parse.urljoin("/", page.decode().split('src="')[1].split('"')[0])
            origin = {"Origin": "http://board.lan"}
            self.assertEqual(board.request("GET", script, Accept_Encoding="gzip", **origin)[0], 200)
            self.assertEqual(board.request("GET", "/api/v1/state", **origin)[0], 200)
            status, problem = board.json("PUT", LAMP, {"value": True}, **origin)
            self.assertEqual((status, problem["code"]), (403, "foreign_origin"))
            for word in ("http://board.lan", f"{board.host}:{board.port}", "security.origins"):
                self.assertIn(word, problem["detail"])

    def test_a_board_without_an_owner_is_not_theirs_who_run_on_its_computer(self):
        with Board() as board:
            for fields in ({}, {"Forwarded": "for=127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 a"}):
                for method, path, body in (("PUT", "/api/v1/settings/restore", {}), ("PUT", "/api/v1/firmware", None),
                                           ("POST", "/api/v1/restart", None), ("PUT", LAMP, {"value": True}),
                                           ("PATCH", "/api/v1/settings", {"name": "Mine"}), ("GET", "/api/v1/logs", None)):
                    status, problem = board.json(method, path, body, stranger=True, **fields)
                    self.assertEqual((status, problem["code"]), (403, "unclaimed"), (fields, path))
                self.assertEqual(board.request("GET", "/api/v1/state", stranger=True, **fields)[0], 200, "it shows itself")

    def test_a_client_that_names_no_coding_can_read_what_it_gets(self):
        with Board() as board:
            connection = http.client.HTTPConnection(board.host, board.port, timeout=PATIENCE_S)
            for path, begin in (("/api/v1/openapi.json", b"{"), ("/", b"<!")):
                connection.putrequest("GET", path, skip_accept_encoding=True)
                connection.endheaders()
                answer = connection.getresponse()
                self.assertIsNone(answer.headers["Content-Encoding"], path)
                self.assertTrue(answer.read().strip().lower().startswith(begin), path)
            connection.close()

    def test_cookies_of_other_services_on_this_computer_do_no_harm(self):
        with Board() as board:
            for size in (2_000, 2_500, 4_096, 8_192, 16_000):
                status, headers, _ = board.request("GET", "/", Cookie="grafana_session=" + "c" * size)
                self.assertEqual(status, 200, size)
                self.assertEqual(board.request("PUT", LAMP, {"value": True}, Cookie="c" * size)[0], 200, size)
            status, _, body = board.request("GET", "/", Cookie="c" * 17_000)
            self.assertEqual((status, json.loads(body)["code"]), (431, "head_too_large"))


@unittest.skipIf(STACK, "slirp listens on IPv4")
class Addresses(unittest.TestCase):
    def look(self, board, host):
        """Asks from this computer by an address of it; returns how the board shows who asked."""
        connection = http.client.HTTPConnection(host, board.port, timeout=PATIENCE_S)
        connection.request("GET", "/api/v1/diagnostics")
        slots = json.loads(connection.getresponse().read())["slots"]
        port = connection.sock.getsockname()[1]
        peers = [slot["peer"] for slot in slots if slot["peer"] and slot["peer"].endswith(f":{port}")]
        connection.close()
        self.assertEqual(len(peers), 1, slots)
        return peers[0].removesuffix(f":{port}")

    def test_the_url_that_is_printed_opens_and_a_client_is_shown_by_its_address(self):
        for address, printed in (("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.1")):
            with Board("--address", address, "--mdns", "off") as board:
                self.assertEqual(board.host, printed)
                self.assertEqual(self.look(board, board.host), "127.0.0.1")

    @unittest.skipUnless(os.path.exists("/proc/net/if_inet6"), "this machine has no IPv6")
    def test_on_ipv6_an_ipv4_peer_is_what_it_is(self):
        for address, printed in (("::", "::1"), ("0:0:0:0:0:0:0:0", "::1"), ("::1", "::1"),
                                 ("::ffff:127.0.0.1", "127.0.0.1"), ("::ffff:0.0.0.0", "127.0.0.1")):
            with Board("--address", address, "--mdns", "off") as board:
                self.assertEqual(board.host, printed, address)
                self.assertEqual(self.look(board, board.host), "[::1]" if printed == "::1" else "127.0.0.1")
                if printed == "::1" and address != "::1":
                    self.assertEqual(self.look(board, "127.0.0.1"), "127.0.0.1")


if __name__ == "__main__":
    unittest.main()
