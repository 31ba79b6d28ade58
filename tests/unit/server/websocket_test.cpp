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

TEST(WebSockets, FloodOfFramesLetsOthersHaveTheirTurn) {
    WebSocketHouse house;
    const auto link = house.open();
    std::string flood;
    for (int i = 0; i < 1'000; ++i)
        flood += frame(0x8a, "");
    house.network.send(link, flood + frame(0x81, "last"));
    const auto page = house.connect();
    house.network.send(page, ServerHouse::get("/"));
    house.turn(1);
    EXPECT_THAT(house.network.take(page), StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(house.application.messages.empty()) << "the flood waits";
    house.turn(20);
    EXPECT_THAT(house.application.messages, ElementsAre("last"));
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

TEST(WebSockets, SmallFramesDoNotHideAStall) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto id = house.application.websockets.at(0);
    for (std::uint32_t ms = 0; ms + 100 < limits::websocket_stall_ms; ms += 1'000) {
        house.server.send_frame(id, "tiny");
        house.network.send(link, frame(0x8a, ""));
        house.advance_ms(1'000);
    }
    EXPECT_TRUE(house.network.saw_end(link));
    EXPECT_THAT(house.network.take(link), testing::EndsWith("\x88\x02\x03\xf5"));
}

TEST(WebSockets, OneThatAcknowledgesAsMuchAsIsSentIsNotStalled) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto id = house.application.websockets.at(0);
    house.server.send_frame(id, std::string(600, 'x'));
    for (std::uint32_t ms = 0; ms < 2 * limits::websocket_stall_ms; ms += 50) {
        house.network.acknowledge(link, 60);
        house.server.send_frame(id, std::string(60, 'x'));
        house.network.send(link, frame(0x8a, ""));
        house.advance_ms(50);
        ASSERT_EQ(house.network.unacknowledged(link), 600U);
    }
    EXPECT_FALSE(house.network.saw_end(link));
    EXPECT_TRUE(house.server.websocket_ready(id));
}

TEST(WebSockets, PongThatWaitsToBeReadIsAnAnswer) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto id = house.application.websockets.at(0);
    house.advance_ms(limits::websocket_ping_ms + 100);
    EXPECT_EQ(house.network.take(link), "\x89\0"s);
    house.server.send_frame(id, std::string(3'000, 'x'));
    house.network.send(link, frame(0x8a, ""));
    for (std::uint32_t ms = 0; ms < limits::websocket_ping_ms + 1'000; ms += 500) {
        house.network.acknowledge(link, 1);  // so slow that nothing more is read from it
        house.advance_ms(500);
    }
    EXPECT_FALSE(house.server.websocket_ready(id));
    EXPECT_FALSE(house.network.saw_end(link));
}

TEST(WebSockets, PingIsNotForcedIntoAFullNetwork) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto id = house.application.websockets.at(0);
    house.network.set_window(link, 2'000);
    house.server.send_frame(id, std::string(2'000, 'x'));
    for (int i = 0; i < 20; ++i) {
        house.network.set_window(link, house.network.unacknowledged(link));
        house.advance_ms(500);
        house.network.acknowledge(link, 1);  // slow, and not stalled
        house.network.set_window(link, house.network.unacknowledged(link));
        house.advance_ms(500);
    }
    EXPECT_FALSE(house.network.saw_reset(link));
    EXPECT_EQ(house.application.websockets.size(), 1U);
}

TEST(WebSockets, StalledOneDelaysNobody) {
    WebSocketHouse house;
    house.open();
    const auto other = house.open();
    const auto ids = house.application.websockets;
    house.server.send_frame(ids.at(0), std::string(2'000, 'x'));
    house.network.send(other, frame(0x89, "p") + frame(0x81, "now"));
    house.turn(1);
    EXPECT_EQ(house.network.take(other), "\x8a\x01p");
    EXPECT_THAT(house.application.messages, ElementsAre("now"));
    EXPECT_TRUE(house.server.websocket_ready(ids.at(1)));
    EXPECT_FALSE(house.server.websocket_ready(ids.at(0)));
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
