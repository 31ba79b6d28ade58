#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/websocket_house.hpp"

namespace boardwalk::test {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(WebSockets, HandshakeNamesKeyAndProtocol) {
    WebSocketHouse house;
    house.open();
    EXPECT_THAT(house.handshake, StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
    EXPECT_THAT(house.handshake, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_THAT(house.handshake, HasSubstr("Sec-WebSocket-Protocol: test.v1\r\n"));
}

TEST(WebSockets, MessageBehindTheHandshakeIsNotLost) {
    WebSocketHouse house;
    house.connect_and_send(ServerHouse::upgrade() + frame(0x81, "early"));
    EXPECT_THAT(house.application.messages, ElementsAre("early"));
}

TEST(WebSockets, IdleOnesHoldNoBuffer) {
    WebSocketHouse house;
    const auto link = house.open();
    house.network.send(link, frame(0x81, "hello"));
    house.turn();
    EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
    house.network.send(link, frame(0x01, "part"));
    house.turn();
    EXPECT_EQ(house.server.statistics().buffers_in_use, 1U);
}

TEST(WebSockets, PingIsAnsweredInsideAMessage) {
    WebSocketHouse house;
    const auto link = house.open();
    house.network.send(link, frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "b"));
    EXPECT_EQ(house.answer(link), "\x8a\x01p");
    EXPECT_THAT(house.application.messages, ElementsAre("ab"));
}

TEST(WebSockets, CloseIsEchoedAndTheConnectionEnds) {
    WebSocketHouse house;
    const auto link = house.open();
    house.network.send(link, frame(0x88, "\x03\xe8"));
    EXPECT_EQ(house.answer(link), "\x88\x02\x03\xe8");
    EXPECT_TRUE(house.network.saw_end(link));
    EXPECT_TRUE(house.application.websockets.empty());
}

TEST(WebSockets, ErrorsHaveTheirCloseCode) {
    WebSocketHouse house;
    const auto code = [&](const std::string& bytes) {
        const auto link = house.open();
        house.network.send(link, bytes);
        return house.answer(link);
    };
    EXPECT_EQ(code("\x81\x01"
                   "a"),
              "\x88\x02\x03\xea"s)
        << "unmasked: 1002";
    EXPECT_EQ(code(frame(0x81, "\xff")), "\x88\x02\x03\xef"s) << "not UTF-8: 1007";
    EXPECT_EQ(code(frame(0x82, "a")), "\x88\x02\x03\xeb"s) << "binary: 1003";
    EXPECT_EQ(code("\x81\xfe\x10\x01\0\0\0\0"s), "\x88\x02\x03\xf1"s) << "4097 bytes: 1009";
}

TEST(WebSockets, OneMoreThanTheCapIsTold503) {
    WebSocketHouse house;
    for (std::size_t i = 0; i < limits::websocket_max; ++i)
        house.open();
    EXPECT_THAT(house.handshake, StartsWith("HTTP/1.1 101"));
    house.open();
    EXPECT_THAT(house.handshake, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(house.handshake, HasSubstr("Retry-After: 2"));
    EXPECT_THAT(house.ask(ServerHouse::get("/")), HasSubstr("200 OK")) << "pages still load";
}

TEST(WebSockets, PlaceOfOneThatClosedIsFreeAgain) {
    WebSocketHouse house;
    const auto first = house.open();
    for (std::size_t i = 1; i < limits::websocket_max; ++i)
        house.open();
    house.network.send(first, frame(0x88, ""));
    house.turn();
    house.open();
    EXPECT_THAT(house.handshake, StartsWith("HTTP/1.1 101"));
}

TEST(WebSockets, FaultyHandshakesAreTold) {
    WebSocketHouse house;
    const auto fields = [](const std::string& text) { return ServerHouse::get("/websocket", text); };
    const auto plain = house.ask(fields(""));
    EXPECT_THAT(plain, StartsWith("HTTP/1.1 426"));
    EXPECT_THAT(plain, HasSubstr("Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n"));
    EXPECT_THAT(plain, HasSubstr("Connection: upgrade"));
    const auto key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"s;
    const auto version = "Sec-WebSocket-Version: 13\r\n"s;
    const auto upgrade = "Upgrade: websocket\r\n"s;
    const auto connection = "Connection: Upgrade\r\n"s;
    const auto old = house.ask(fields(connection + upgrade + key + "Sec-WebSocket-Version: 8\r\n"));
    EXPECT_THAT(old, StartsWith("HTTP/1.1 426"));
    EXPECT_THAT(old, HasSubstr("Sec-WebSocket-Version: 13\r\n"));
    EXPECT_THAT(house.ask(fields(connection + upgrade + version)), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(house.ask(fields(connection + key + version)), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(house.ask(fields(upgrade + key + version)), StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(house.ask(fields(connection + upgrade + key + key + version)), StartsWith("HTTP/1.1 400"));
    const auto body = fields(connection + upgrade + key + version + "Content-Length: 2\r\n") + "ab";
    EXPECT_THAT(house.ask(body), StartsWith("HTTP/1.1 400"));
    EXPECT_TRUE(house.application.websockets.empty());
}

TEST(WebSockets, ExtensionsAreNotTaken) {
    WebSocketHouse house;
    auto request = ServerHouse::upgrade();
    request.insert(request.size() - 2,
                   "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    const auto answer = house.ask(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(answer, testing::Not(HasSubstr("Extensions")));
}

TEST(WebSockets, ApplicationMayCloseOneAsItOpens) {
    WebSocketHouse house;
    house.application.closes_at_once = true;
    const auto link = house.open();
    EXPECT_THAT(house.handshake, testing::EndsWith("\r\n\r\n\x88\x02\x03\xf5"));
    EXPECT_TRUE(house.network.saw_end(link));
    EXPECT_TRUE(house.application.websockets.empty());
}

TEST(WebSockets, FramesOfOnePacketAreAllDealtWith) {
    WebSocketHouse house;
    const auto link = house.open();
    house.network.send(link, frame(0x81, "a") + frame(0x8a, "") + frame(0x81, "b") + frame(0x89, "p") +
                                 frame(0x81, "c") + frame(0x88, "\x03\xe9") + frame(0x81, "after the Close"));
    EXPECT_EQ(house.answer(link),
              "\x8a\x01p"
              "\x88\x02\x03\xe9");
    EXPECT_THAT(house.application.messages, ElementsAre("a", "b", "c"));
}

TEST(WebSockets, OneThatEndsWithoutCloseIsSentOne) {
    WebSocketHouse house;
    const auto idle = house.open();
    house.network.finish(idle);
    EXPECT_EQ(house.answer(idle), "\x88\x02\x03\xea"s);
    const auto within = house.open();
    house.network.send(within, frame(0x01, "part"));
    house.network.finish(within);
    EXPECT_EQ(house.answer(within), "\x88\x02\x03\xea"s);
    EXPECT_TRUE(house.network.saw_end(idle));
    EXPECT_TRUE(house.network.saw_end(within));
    EXPECT_TRUE(house.application.websockets.empty());
}

TEST(WebSockets, ShutdownSaysGoingAway) {
    WebSocketHouse house;
    const auto link = house.open();
    house.server.shut_down();
    EXPECT_EQ(house.network.take(link), "\x88\x02\x03\xe9"s);
    house.turn();
    EXPECT_TRUE(house.server.finished());
}

}  // namespace
}  // namespace boardwalk::test
