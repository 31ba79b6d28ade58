"""What boardwalk-board does with its command line, its files and its signals."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from board import PATIENCE_S, Board, run


class CommandLine(unittest.TestCase):
    def refused(self, *options, naming):
        code, out, err = run(*options)
        self.assertEqual(code, 2, err)
        self.assertEqual(out, "")
        self.assertEqual(err.count("\n"), 1, err)
        self.assertIn(naming, err)

    def test_version_and_help_go_to_stdout(self):
        code, out, err = run("--version")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^boardwalk-board \d+\.\d+\.\d+\nlwIP 2\.[12]\.\d+, Mbed TLS (2\.28|3\.6)\.\d+\n$")
        code, out, err = run("--help")
        self.assertEqual((code, err), (0, ""))
        for option in ("--address", "--port", "--name", "--host", "--data-dir", "--connections", "--buffers", "--workers",
                       "--mdns", "--stack", "--link", "--echo", "--log-level"):
            self.assertIn(option, out)

    def test_a_board_of_the_first_release_that_asks_hears_the_version_alone(self):
        asked = subprocess.run([os.environ["BOARDWALK_BOARD"], "--version"], capture_output=True, text=True, check=True,
                               preexec_fn=lambda: signal.alarm(5))
        self.assertRegex(asked.stdout, r"^boardwalk-board \d+\.\d+\.\d+\n$")

    def test_bad_options_are_named_in_one_line(self):
        self.refused("--colour", "red", naming="--colour")
        self.refused("--port", "eighty", naming="--port")
        self.refused("--port", "65536", naming="--port")
        self.refused("--connections", "1", naming="--connections")
        self.refused("--connections", "513", naming="--connections")
        self.refused("--buffers", "0", naming="--buffers")
        self.refused("--workers", "0", naming="--workers")
        self.refused("--mdns", "world", naming="--mdns")
        self.refused("--address", "example", naming="--address")
        self.refused("--name", "", naming="--name")
        self.refused("--name", "x" * 64, naming="--name")
        self.refused("--name", "a\u202eb", naming="--name: the name must not hold U+202E")
        self.refused("--name", "a ", naming="--name: the name must not begin or end with a blank")
        self.refused("--log-level", "loud", naming="--log-level")
        self.refused("--stack", "windows", naming="--stack")
        for host in ("", ".", "a b", "http://a", "a:80", "a/b", "-a", "a..b", "::1", "é", "x" * 49, "a\nb"):
            self.refused("--host", host, naming="--host")
        self.refused("--host", "a", "b", naming="b")

    def test_an_address_that_no_client_can_open_is_refused_and_not_printed(self):
        for address in ("224.0.0.1", "239.255.255.255", "255.255.255.255", "::ffff:224.0.0.1", "ff02::1"):
            self.refused("--address", address, naming=f"--address: no client can connect to {address}")

    def test_what_lwip_cannot_do_is_refused_with_the_options_name(self):
        lwip = ("--stack", "lwip")
        tap = (*lwip, "--link", "tap:board0")
        self.refused("--link", "slirp", naming="--link")
        for link in ("tap", "tap:", "tap:" + "x" * 16, "tap:a/b", "wire"):
            self.refused(*lwip, "--link", link, naming="--link")
        self.refused(*lwip, "--connections", "65", naming="--connections")
        self.refused(*lwip, "--address", "::1", naming="--address")
        self.refused(*tap, naming="--address")
        self.refused(*tap, "--address", "10.0.0.2", "--mdns", "loopback", naming="--mdns")
        self.refused(*tap, "--address", "fd00::2", "--mdns", "lan", naming="--mdns")

    def test_options_of_later_work_are_refused_and_not_in_the_help(self):
        help_text = run("--help")[1]
        for option in ("--loops",):
            self.refused(option, "1", naming=option)
            self.assertNotIn(option, help_text)

    def test_port_in_use_is_one_line_and_exit_1(self):
        with socket.create_server(("127.0.0.1", 0)) as taken, tempfile.TemporaryDirectory() as data:
            port = str(taken.getsockname()[1])
            code, out, err = run("--port", port, "--data-dir", data)
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn(port, err)

    def test_data_directory_that_cannot_be_made_is_one_line_and_exit_1(self):
        with tempfile.NamedTemporaryFile() as file:
            code, out, err = run("--port", "0", "--data-dir", file.name + "/below")
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn(file.name, err)

    def test_second_process_on_a_data_directory_is_one_line_and_exit_1(self):
        with Board() as first:
            code, out, err = run("--port", "0", "--data-dir", first.data_dir)
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn(first.data_dir, err)


class Settings(unittest.TestCase):
    def test_name_of_the_command_line_counts_until_one_is_stored(self):
        with tempfile.TemporaryDirectory() as data:
            with Board("--name", "Kitchen", data_dir=data) as board:
                first = board.json("GET", "/api/v1/info")[1]
                self.assertEqual(first["name"], "Kitchen")
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/info")[1]["name"], "Kitchen", "of the first start")
                status, _ = board.json("PATCH", "/api/v1/settings", {"name": "Pantry"})
                self.assertEqual(status, 200)
            with Board("--name", "Cellar", data_dir=data) as board:
                second = board.json("GET", "/api/v1/info")[1]
        self.assertEqual(second["name"], "Pantry")
        self.assertEqual(second["id"], first["id"])
        self.assertNotEqual(second["boot_id"], first["boot_id"])

    def test_settings_answered_200_survive_a_kill(self):
        with tempfile.TemporaryDirectory() as data:
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("PATCH", "/api/v1/settings", {"telemetry": {"period_ms": 250}})[0], 200)
                board.process.kill()
                board.process.wait(PATIENCE_S)
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/settings")[1]["telemetry"]["period_ms"], 250)

    def test_corrupt_settings_are_kept_aside_and_said_in_the_log(self):
        with tempfile.TemporaryDirectory() as data:
            file = pathlib.Path(data, "settings.json")
            file.write_text('{"name": "Half a na')
            with Board(data_dir=data) as board:
                self.assertEqual(board.json("GET", "/api/v1/settings")[1]["name"], "Boardwalk")
                lines = board.json("GET", "/api/v1/logs")[1]["lines"]
                aside = [p.name for p in pathlib.Path(data).iterdir() if "corrupt" in p.name]
                self.assertEqual(len(aside), 1)
                self.assertEqual(pathlib.Path(data, aside[0]).read_text(), '{"name": "Half a na')
                self.assertTrue(any(line["level"] == "warning" and aside[0] in line["text"] for line in lines), lines)


class Signals(unittest.TestCase):
    def test_sigterm_ends_with_0_within_two_seconds_whoever_is_connected(self):
        with Board() as board:
            silent = socket.create_connection(("127.0.0.1", board.port))
            idle = socket.create_connection(("127.0.0.1", board.port))
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertIn(b"200 OK", idle.recv(4096))
            half = socket.create_connection(("127.0.0.1", board.port))
            half.sendall(b"GET / HT")
            began = time.monotonic()
            board.process.send_signal(signal.SIGTERM)
            self.assertEqual(board.process.wait(PATIENCE_S), 0)
            self.assertLess(time.monotonic() - began, 2)
            self.assertEqual(idle.recv(1), b"")
            for s in (silent, idle, half):
                s.close()


class Idle(unittest.TestCase):
    def test_board_that_nobody_uses_sleeps(self):
        with Board() as board:
            time.sleep(1)  # what is measured is time itself
            stat = pathlib.Path(f"/proc/{board.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks = int(stat[11]) + int(stat[12])
            self.assertLess(ticks / os.sysconf("SC_CLK_TCK"), 0.3)


if __name__ == "__main__":
    unittest.main()
