#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/websocket_house.hpp"

/// WebSockets that are silent, slow, stalled, or too quick.
namespace boardwalk::test {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

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

TEST(WebSockets, FloodOfMessagesDoesNotKeepABufferThatOthersWaitFor) {
    for (const char* path : {"/websocket", "/echo"}) {
        WebSocketHouse house({.buffers = 1});
        const auto link = house.connect_and_send(ServerHouse::upgrade(path));
        (void)house.network.take(link);
        transport::Link page = 0;
        std::string answer;
        for (int turns = 0; turns < 20 && answer.empty(); ++turns) {
            for (int i = 0; i < 200; ++i)
                house.network.send(link, frame(0x81, std::string(100, 'x')));
            if (turns == 2) {
                page = house.network.connect();
                house.network.send(page, ServerHouse::get("/"));
            }
            house.turn(1);
            (void)house.network.take(link);
            if (turns > 2) answer = house.network.take(page);
        }
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 200")) << path;
        EXPECT_FALSE(house.network.saw_end(link)) << path << ": it did nothing wrong";
        const auto before = house.server.statistics().bytes_received_total;
        house.turn(5);
        EXPECT_GT(house.server.statistics().bytes_received_total, before) << path << ": and goes on";
    }
}

TEST(WebSockets, TwoThatWaitDoNotPassTheLastBufferToEachOtherForEver) {
    WebSocketHouse house({.buffers = 1});
    const auto first = house.open(), second = house.open();
    const auto holder = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1");
    house.network.send(first, frame(0x81, "one"));
    house.network.send(second, frame(0x81, "two"));
    house.turn();
    EXPECT_TRUE(house.application.messages.empty()) << "the buffer is out";
    house.network.send(holder, "2");
    house.turn(10);
    EXPECT_THAT(house.application.messages, ElementsAre("one", "two"));
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
    house.advance_ms(50);  // what it last acknowledged, the handshake, was seen at a timer
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
    house.network.set_window(link, 3'000);  // no answer would fit
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

TEST(WebSockets, RequestsWaitUntilTheirAnswersHaveRoomAndNotForATimer) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto used = std::size_t{2'000};
    house.network.set_window(link, used + limits::websocket_answer_bytes_max - 1);
    house.server.send_frame(house.application.websockets.at(0), std::string(used, 'x'));
    house.network.send(link, frame(0x81, "later"));
    house.turn();
    EXPECT_TRUE(house.application.messages.empty()) << "one byte is missing";
    house.network.acknowledge(link, 1);
    house.turn(1);
    EXPECT_THAT(house.application.messages, ElementsAre("later"));
}

TEST(WebSockets, AnswersDoNotWaitForAcknowledgementsButFramesDo) {
    WebSocketHouse house;
    const auto link = house.open();
    const auto id = house.application.websockets.at(0);
    house.server.send_frame(id, std::string(limits::websocket_unacknowledged_bytes_max + 1, 'x'));
    EXPECT_FALSE(house.server.websocket_ready(id));
    house.network.send(link, frame(0x89, "p") + frame(0x81, "now"));
    house.turn(1);
    EXPECT_THAT(house.network.take(link), testing::EndsWith("\x8a\x01p"));
    EXPECT_THAT(house.application.messages, ElementsAre("now"));
    EXPECT_TRUE(house.server.websocket_ready(id));
}

TEST(WebSockets, FloodsOnSomeStreamsDelayAPageByATurnAtMost) {
    WebSocketHouse house;
    std::vector<transport::Link> floods;
    for (int i = 0; i < 5; ++i)
        floods.push_back(house.open());
    std::string flood;
    for (int i = 0; i < 500; ++i)
        flood += frame(0x89, "ping") + frame(0x81, "{}");
    std::size_t answered_bytes = 0;
    for (int round = 0; round < 50; ++round) {
        for (const auto link : floods)
            house.network.send(link, flood);
        const auto page = house.network.connect();
        house.network.send(page, ServerHouse::get("/", "Connection: close\r\n"));
        house.turn(2);  // it connects, and is answered
        EXPECT_THAT(house.network.take(page), StartsWith("HTTP/1.1 200")) << round;
        for (const auto link : floods)
            answered_bytes += house.network.take(link).size();
    }
    EXPECT_GT(answered_bytes, 50U * 5U * 100U) << "and the floods go on";
}

}  // namespace
}  // namespace boardwalk::test
