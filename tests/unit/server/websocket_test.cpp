#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

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

/// All places taken, by clients that answer pings. `each_minute` is sent once a minute.
struct FullHouse : WebSocketHouse {
    FullHouse() {
        for (std::size_t i = 0; i < limits::websocket_max; ++i) {
            links.push_back(open());
            advance_ms(20);
        }
    }
    void pass_ms(std::uint64_t ms) {
        for (constexpr std::uint64_t step = 5'000; ms > 0; ms -= std::min(ms, step)) {
            since_minute_ms += std::min(ms, step);
            const bool minute = since_minute_ms >= 60'000 && !each_minute.empty();
            if (minute) since_minute_ms = 0;
            for (const auto link : links) {
                received[link] += network.take(link);
                network.send(link, minute ? each_minute : frame(0x8A, ""));  // a pong, asked for or not
            }
            advance_ms(std::min(ms, step));
        }
    }
    /// What one more that asks for the stream is answered; it goes again.
    std::string newcomer() {
        const auto link = connect_and_send(upgrade());
        const auto answer = network.take(link);
        if (answer.starts_with("HTTP/1.1 101")) newcomers.push_back(link);
        else network.reset(link);
        turn();
        return answer;
    }
    std::size_t closed() const {
        return static_cast<std::size_t>(
            std::count_if(links.begin(), links.end(), [this](Link link) { return network.saw_end(link); }));
    }
    std::vector<Link> links, newcomers;
    std::map<Link, std::string> received;
    std::string each_minute;
    std::uint64_t since_minute_ms = 0;
};
const auto close_1013 = "\x88\x02\x03\xf5"s;

TEST(WebSockets, TheLongestSilentMakesWayWhenAllPlacesAreTakenAndAnotherAsks) {
    FullHouse house;
    house.pass_ms(limits::websocket_silence_ms_max - 1'000);
    EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 503"));
    EXPECT_EQ(house.closed(), 0U);
    house.pass_ms(1'000);
    EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 101")) << "at once";
    EXPECT_EQ(house.closed(), 1U);
    EXPECT_THAT(house.network.take(house.links[0]), testing::EndsWith(close_1013));
    EXPECT_EQ(house.server.statistics().websocket, limits::websocket_max);
    EXPECT_EQ(house.server.statistics().evicted_total, 1U);
    EXPECT_EQ(house.application.websockets.size(), limits::websocket_max);
    EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 101"));
    EXPECT_TRUE(house.network.saw_end(house.links[1])) << "the next longest";
}

TEST(WebSockets, SilentOnesStayWhileThereIsAPlace) {
    FullHouse house;
    house.network.reset(house.links.back());
    house.links.pop_back();
    house.pass_ms(2 * limits::websocket_silence_ms_max);
    EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 101"));
    EXPECT_EQ(house.closed(), 0U);
}

TEST(WebSockets, ThirteenPagesThatSayOnceAMinuteThatTheyAreThereLoseNoneInAnHour) {
    FullHouse house;
    house.each_minute = frame(0x81, R"({"id":1,"method":"ping"})");
    for (int minute = 0; minute < 60; ++minute) {
        house.pass_ms(60'000);
        EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 503"));
    }
    EXPECT_EQ(house.closed(), 0U);
    EXPECT_EQ(house.server.statistics().evicted_total, 0U);
}

TEST(WebSockets, PingsPongsAndUnfinishedMessagesAreNoMessages) {
    FullHouse house;
    house.pass_ms(limits::websocket_silence_ms_max - 1'000);
    house.network.send(house.links[0], frame(0x89, "there?"));
    house.network.send(house.links[1], frame(0x01, "unfinished"));
    house.network.send(house.links[2], frame(0x81, "finished"));
    house.pass_ms(1'000);
    for (std::size_t i = 0; i < limits::websocket_max - 1; ++i)
        EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(house.newcomer(), StartsWith("HTTP/1.1 503"));
    EXPECT_FALSE(house.network.saw_end(house.links[2]));
    EXPECT_EQ(house.server.statistics().evicted_total, limits::websocket_max - 1);
}

TEST(WebSockets, AFaultyHandshakeSendsNoneAway) {
    FullHouse house;
    house.pass_ms(limits::websocket_silence_ms_max);
    auto faulty = ServerHouse::upgrade();
    faulty.replace(faulty.find("Version: 13"), 11, "Version: 12");
    EXPECT_THAT(house.ask(faulty), StartsWith("HTTP/1.1 426"));
    EXPECT_EQ(house.closed(), 0U);
}

TEST(WebSockets, AllMessagesBeforeThePeersEndAreDealtWith) {
    WebSocketHouse house;
    const auto link = house.connect();
    std::string text = ServerHouse::upgrade();
    for (int i = 0; i < 200; ++i)
        text += frame(0x81, std::to_string(i));
    house.network.send(link, text);
    house.network.finish(link);
    house.turn(10);
    EXPECT_EQ(house.application.messages.size(), 200U);
    EXPECT_TRUE(house.network.saw_end(link));
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
