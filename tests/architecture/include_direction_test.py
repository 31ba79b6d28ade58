"""Includes point down only. Reads every file of ours, and first makes sure that wrong arrows are seen."""

import sys
import unittest

from includes import check
from sources import ROOT, cpp_files, generated_headers


def arrow(path, target, quotes='""'):
    return check({path: f"#pragma once\n#include {quotes[0]}{target}{quotes[1]}\n"})


class IncludeDirection(unittest.TestCase):
    def assert_allowed(self, path, target, quotes='""'):
        self.assertEqual(arrow(path, target, quotes), [])

    def assert_refused(self, path, target, quotes='""'):
        problems = arrow(path, target, quotes)
        self.assertEqual(len(problems), 1, f"{path} -> {target}: {problems}")
        self.assertIn(f"{path}:2:", problems[0])

    def test_our_own_includes_all_point_down(self):
        files = {path: (ROOT / path).read_text() for path in cpp_files()} | generated_headers()
        self.assertGreater(len(files), 2, "no sources found")
        problems = check(files)
        self.assertEqual(problems, [], "\n" + "\n".join(problems))

    def test_an_arrow_down_is_allowed(self):
        self.assert_allowed("firmware/http/request_parser.cpp", "firmware/core/result.hpp")
        self.assert_allowed("firmware/connection/connection.hpp", "firmware/websocket/session.hpp")
        self.assert_allowed("firmware/server/server.hpp", "firmware/router/router.hpp")
        self.assert_allowed("firmware/app/api/routes.cpp", "shared/messages.hpp")
        self.assert_allowed("desktop/ui/window.cpp", "desktop/core/board/board_link.hpp")
        self.assert_allowed("desktop/core/board/board_link.cpp", "shared/messages.hpp")
        self.assert_allowed("firmware/core/pool.hpp", "vector", "<>")

    def test_an_arrow_up_is_reported_with_its_line(self):
        self.assert_refused("firmware/core/pool.hpp", "firmware/http/request.hpp")
        self.assert_refused("firmware/http/request.hpp", "firmware/websocket/frame.hpp")
        self.assert_refused("firmware/http/request.hpp", "firmware/transport/transport.hpp")
        self.assert_refused("firmware/connection/connection.cpp", "firmware/router/router.hpp")
        self.assert_refused("firmware/router/router.cpp", "firmware/connection/connection.hpp")
        self.assert_refused("firmware/server/server.cpp", "firmware/app/app.hpp")
        self.assert_refused("desktop/core/board/board_link.cpp", "desktop/ui/window.hpp")

    def test_only_the_application_and_the_ports_know_the_protocol(self):
        self.assert_refused("firmware/server/server.cpp", "shared/messages.hpp")
        self.assert_refused("firmware/http/request.hpp", "shared/limits.hpp")
        self.assert_allowed("firmware/ports/linux/main.cpp", "shared/names.hpp")

    def test_limits_are_for_all_of_the_firmware_and_take_from_the_shared_ones_only(self):
        self.assert_allowed("firmware/core/pool.hpp", "firmware/limits.hpp")
        self.assert_allowed("firmware/limits.hpp", "shared/limits.hpp")
        self.assert_refused("firmware/limits.hpp", "firmware/core/pool.hpp")
        self.assert_refused("shared/limits.hpp", "firmware/limits.hpp")

    def test_every_room_has_the_same_fixed_text(self):
        self.assert_allowed("firmware/http/response.hpp", "shared/fixed_string.hpp")
        self.assert_allowed("desktop/core/board/board_link.cpp", "shared/fixed_string.hpp")
        self.assert_refused("shared/fixed_string.hpp", "firmware/core/utf8.hpp")
        self.assert_refused("firmware/limits.hpp", "shared/fixed_string.hpp")

    def test_the_desktop_never_sees_the_firmware(self):
        self.assert_refused("desktop/core/board/board_link.cpp", "firmware/http/request.hpp")
        self.assert_refused("desktop/main.cpp", "firmware/limits.hpp")
        self.assert_refused("shared/messages.hpp", "desktop/core/board/board_link.hpp")

    def test_nothing_includes_a_port_except_that_port(self):
        self.assert_allowed("firmware/ports/linux/epoll.cpp", "firmware/ports/linux/epoll.hpp")
        self.assert_allowed("firmware/ports/mps2/main.cpp", "firmware/stacks/lwip/transport.hpp")
        self.assert_refused("firmware/ports/esp32s3/main.cpp", "firmware/ports/linux/epoll.hpp")
        self.assert_refused("firmware/app/app.cpp", "firmware/ports/linux/epoll.hpp")
        self.assert_refused("firmware/server/server.cpp", "firmware/stacks/lwip/transport.hpp")

    def test_a_port_sees_the_seams_and_only_its_main_sees_the_server(self):
        self.assert_allowed("firmware/ports/linux/epoll.hpp", "firmware/transport/transport.hpp")
        self.assert_allowed("firmware/ports/linux/workers.hpp", "firmware/server/workers.hpp")
        self.assert_allowed("firmware/ports/linux/device.hpp", "firmware/app/model/device.hpp")
        self.assert_allowed("firmware/ports/linux/main.cpp", "firmware/server/server.hpp")
        self.assert_allowed("firmware/ports/esp32s3/boardwalk/start_board.cpp", "firmware/server/server.hpp")
        self.assert_refused("firmware/ports/linux/epoll.cpp", "firmware/server/server.hpp")
        self.assert_refused("firmware/ports/linux/epoll.cpp", "firmware/http/request.hpp")

    def test_platform_headers_and_qt_stay_in_their_places(self):
        self.assert_refused("firmware/server/server.cpp", "sys/socket.h", "<>")
        self.assert_refused("firmware/app/settings/settings.cpp", "nvs_flash.h", "<>")
        self.assert_refused("firmware/app/app.cpp", "mdns.h", "<>")
        self.assert_refused("shared/messages.cpp", "unistd.h", "<>")
        self.assert_allowed("firmware/ports/linux/epoll.cpp", "sys/epoll.h", "<>")
        self.assert_refused("shared/messages.hpp", "QString", "<>")
        self.assert_refused("firmware/ports/linux/main.cpp", "QtCore/QString", "<>")
        self.assert_allowed("desktop/core/board/board_link.hpp", "QString", "<>")

    def test_an_include_is_written_from_the_root(self):
        self.assert_refused("firmware/http/request.cpp", "request.hpp")
        self.assert_refused("tests/unit/pool_test.cpp", "../support/clock.hpp")
        self.assert_allowed("desktop/ui/window.cpp", "window.moc")

    def test_a_room_without_a_rule_is_reported(self):
        self.assertIn("does not know", check({"firmware/extras/x.cpp": ""})[0])

    def test_conditions_belong_to_ports(self):
        for line in ("#ifdef __linux__", "  # if defined(ESP_PLATFORM)", "#ifndef X", "#elif FOO"):
            self.assertEqual(len(check({"firmware/server/server.cpp": line + "\n"})), 1, line)
        self.assertEqual(check({"firmware/ports/linux/epoll.cpp": "#ifdef __linux__\n"}), [])
        self.assertEqual(check({"desktop/core/link.cpp": "#if QT_VERSION >= 0x060500\n"}), [])
        self.assertEqual(len(check({"desktop/core/link.cpp": "#ifdef _WIN32\n"})), 1)

    def test_a_commented_include_is_none(self):
        text = '/*\n#include "firmware/app/app.hpp"\n*/\n// #include "firmware/app/app.hpp"\n'
        self.assertEqual(check({"firmware/core/pool.hpp": text}), [])

    def test_a_circle_inside_a_room_is_reported(self):
        files = {"firmware/core/a.hpp": '#include "firmware/core/b.hpp"\n',
                 "firmware/core/b.hpp": '#include "firmware/core/c.hpp"\n',
                 "firmware/core/c.hpp": '#include "firmware/core/b.hpp"\n'}
        self.assertEqual(check(files), ["a circle of includes: firmware/core/b.hpp -> firmware/core/c.hpp"
                                        " -> firmware/core/b.hpp"])


if __name__ == "__main__":
    sys.exit(unittest.main())
