#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

namespace boardwalk::test {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A masked frame of up to 125 bytes, with a mask of zeros.
std::string frame(unsigned first, const std::string& payload) {
    return std::string{static_cast<char>(first), static_cast<char>(0x80U | payload.size()), 0, 0, 0, 0} +
           payload;
}

struct WebSocketHouse : ServerHouse {
    using ServerHouse::ServerHouse;
    Link open() {
        const auto link = connect_and_send(upgrade());
        handshake = network.take(link);
        return link;
    }
    std::string handshake;
};

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

TEST(WebSockets, WithoutUpgradeIsTold426) {
    WebSocketHouse house;
    const auto answer = house.ask(ServerHouse::get("/websocket"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 426"));
    EXPECT_THAT(answer, HasSubstr("Sec-WebSocket-Version: 13"));
}

TEST(WebSockets, SilentOneIsPingedThenClosed1001) {
    WebSocketHouse house;
    const auto answering = house.open();
    const auto silent = house.open();
    house.advance_ms(limits::websocket_ping_ms + 100);
    EXPECT_EQ(house.network.take(silent), "\x89\0"s);
    EXPECT_EQ(house.network.take(answering), "\x89\0"s);
    house.network.send(answering, frame(0x8a, ""));
    house.advance_ms(limits::websocket_ping_ms + 100);
    EXPECT_EQ(house.network.take(silent), "\x88\x02\x03\xe9"s);
    EXPECT_TRUE(house.network.saw_end(silent));
    EXPECT_FALSE(house.network.saw_end(answering));
}

TEST(WebSockets, OneThatNeverDrainsIsClosed1013) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto id = house.application.websockets.at(0);
    house.server.send_frame(id, std::string(2'000, 'x'));
    EXPECT_FALSE(house.server.websocket_ready(id));
    for (int i = 0; i < 16; ++i) {
        house.advance_ms(1'000);
        house.network.send(link, frame(0x8a, ""));  // it is alive, it only does not read
    }
    EXPECT_TRUE(house.network.saw_end(link));
    EXPECT_THAT(house.network.take(link), testing::EndsWith("\x88\x02\x03\xf5"));
}

TEST(WebSockets, RequestsWaitUntilTheirAnswersHaveRoom) {
    WebSocketHouse house;
    const auto link = house.open();
    house.server.send_frame(house.application.websockets.at(0), std::string(2'000, 'x'));
    house.network.send(link, frame(0x81, "later"));
    house.turn();
    EXPECT_TRUE(house.application.messages.empty());
    (void)house.network.take(link);
    house.advance_ms(100);
    EXPECT_THAT(house.application.messages, ElementsAre("later"));
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
