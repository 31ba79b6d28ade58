#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

/// The WebSocket that sends each message back, through its slot's one buffer.
namespace boardwalk::test {
namespace {

using namespace std::string_literals;

/// A masked frame, with a mask of zeros.
std::string frame(unsigned first, const std::string& payload) {
    std::string out(1, static_cast<char>(first));
    const unsigned length_bytes = payload.size() < 126 ? 0 : payload.size() <= 0xffff ? 2 : 8;
    out += static_cast<char>(0x80U | (length_bytes == 0 ? payload.size() : length_bytes == 2 ? 126U : 127U));
    for (unsigned i = length_bytes; i-- > 0;)
        out += static_cast<char>(std::uint64_t{payload.size()} >> (8 * i) & 0xff);
    return out + "\0\0\0\0"s + payload;
}

/// The payloads of `frames`, which must be fragments of one message.
std::string joined(std::string_view frames) {
    std::string message;
    unsigned expected = 1;
    while (!frames.empty()) {
        const auto first = static_cast<unsigned char>(frames[0]);
        EXPECT_EQ(first & 0x7fU, expected);
        expected = 0;
        std::size_t header = 2;
        std::size_t size = static_cast<unsigned char>(frames[1]);
        if (size == 126) {
            size = static_cast<unsigned char>(frames[2]) * 256U + static_cast<unsigned char>(frames[3]);
            header = 4;
        }
        message += frames.substr(header, size);
        frames.remove_prefix(std::min(frames.size(), header + size));
        EXPECT_EQ((first & 0x80U) != 0, frames.empty()) << "only the last one is final";
    }
    return message;
}

std::string pattern(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('!' + i * 31 % 90);
    return text;
}

struct EchoHouse : ServerHouse {
    explicit EchoHouse(server::Options options = {}) : ServerHouse(options) {
        link = connect_and_send(upgrade("/echo"));
        EXPECT_THAT(network.take(link), testing::StartsWith("HTTP/1.1 101"));
    }
    Link link = 0;
};

TEST(Echo, SendsBackFragmentByFragmentAndTheApplicationHearsNothing) {
    EchoHouse house;
    house.network.send(house.link, frame(0x01, "a") + frame(0x89, "ping") + frame(0x00, "") +
                                       frame(0x80, "b") + frame(0x82, "\xff"));
    EXPECT_EQ(house.answer(house.link),
              "\x01\x01"
              "a"
              "\x8a\x04ping"
              "\0\0"
              "\x80\x01"
              "b"
              "\x82\x01\xff"s);
    house.network.send(house.link, frame(0x88, "\x03\xe8"));
    EXPECT_EQ(house.answer(house.link), "\x88\x02\x03\xe8");
    EXPECT_TRUE(house.network.saw_end(house.link));
    EXPECT_TRUE(house.application.websockets.empty());
    EXPECT_TRUE(house.application.messages.empty());
}

TEST(Echo, AMessageBehindTheHandshakeIsNotLost) {
    ServerHouse house;
    const auto link = house.connect_and_send(ServerHouse::upgrade("/echo") + frame(0x81, "early"));
    EXPECT_THAT(house.network.take(link), testing::EndsWith("\r\n\r\n\x81\x05"
                                                            "early"));
}

TEST(Echo, AMessageOfAnySizePassesThroughOneBufferWhateverTheNetworkTakes) {
    const auto message = pattern(300'000);
    for (const std::size_t window : {1U, 3U, 1'000U, 4'096U, 100'000U}) {
        EchoHouse house;
        house.network.set_window(house.link, window);
        const auto expected = window < 1'000 ? message.substr(0, 5'000) : message;  // or it takes too long
        const auto input = frame(0x81, expected);
        std::string back;
        std::size_t fed = 0;
        for (int turns = 0; turns < 20'000; ++turns) {
            house.network.send(house.link, std::string_view(input).substr(fed, 10'000));
            fed = std::min(input.size(), fed + 10'000);
            house.turn(1);
            back += house.network.take(house.link);
            if (fed == input.size() && house.server.statistics().buffers_in_use == 0) break;
        }
        EXPECT_EQ(joined(back), expected) << window;
        EXPECT_EQ(house.server.statistics().buffers_allocated, 1U);
    }
}

TEST(Echo, WhoDoesNotReadIsNotReadFrom) {
    EchoHouse house;
    house.network.set_window(house.link, 1'000);
    for (int i = 0; i < 10; ++i)
        house.network.send(house.link, frame(0x81, pattern(4'000)));
    house.turn();
    const auto before = house.server.statistics().bytes_received_total;
    EXPECT_LT(before, 10'000U);
    house.advance_ms(1'000);
    EXPECT_EQ(house.server.statistics().bytes_received_total, before);
    EXPECT_EQ(house.server.statistics().buffers_in_use, 1U);
}

TEST(Echo, NothingIsPutBetweenTheHalvesOfAFrame) {
    EchoHouse house;
    house.network.set_window(house.link, 100);
    house.network.send(house.link, frame(0x81, pattern(200)) + frame(0x89, "p"));
    house.turn();
    // Every second a byte is acknowledged, so that it is slow and does not stall; long enough for a ping.
    std::string back;
    for (std::uint32_t ms = 0; ms < limits::websocket_ping_ms + 2'000; ms += 1'000) {
        house.network.set_window(house.link, 1);
        back += house.network.take(house.link);
        house.advance_ms(1'000);
    }
    house.network.set_window(house.link, 1'000);
    back += house.answer(house.link);
    back += house.answer(house.link);
    ASSERT_GE(back.size(), 204U);
    EXPECT_EQ(joined(back.substr(0, 204)), pattern(200));
    EXPECT_EQ(back.substr(204), "\x8a\x01p");
}

TEST(Echo, WhoStallsWithinAFrameIsReset) {
    EchoHouse house;
    house.network.set_window(house.link, 100);
    house.network.send(house.link, frame(0x81, pattern(1'000)));
    house.advance_ms(limits::websocket_stall_ms - 500);
    EXPECT_FALSE(house.network.saw_reset(house.link));
    house.advance_ms(600);
    EXPECT_TRUE(house.network.saw_reset(house.link)) << "there is no place for a Close";
    EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
}

TEST(Echo, ACloseComesBehindTheFrameThatIsOnItsWayOrNotAtAll) {
    for (const bool room : {true, false}) {
        EchoHouse house;
        house.network.set_window(house.link, 100);
        house.network.send(house.link, frame(0x81, pattern(1'000)));
        house.turn();
        if (room) house.network.set_window(house.link, 10'000);
        house.server.shut_down();
        const auto back = house.network.take(house.link);
        EXPECT_EQ(back.size(), room ? 1'004U + 4U : 100U);
        EXPECT_EQ(back.ends_with("\x88\x02\x03\xe9"), room);
        EXPECT_EQ(house.network.saw_end(house.link), room);
        EXPECT_EQ(house.network.saw_reset(house.link), !room);
    }
}

TEST(Echo, AnAnswerToACloseWaitsUntilTheNetworkHasRoomForIt) {
    for (const auto& [last, expected] :
         {std::pair{frame(0x88, "\x03\xe8"), "\x88\x02\x03\xe8"s}, std::pair{frame(0x88, ""), "\x88\0"s},
          std::pair{frame(0xff, ""), "\x88\x02\x03\xea"s}}) {
        for (const std::size_t room : {0U, 1U, 3U}) {
            EchoHouse house;
            house.network.set_window(house.link, 102 + room);
            house.network.send(house.link, frame(0x81, pattern(100)) + last);
            house.turn();
            auto back = house.network.take(house.link);
            EXPECT_EQ(back.size(), std::min(102 + room, 102 + expected.size()));
            house.turn();
            back += house.network.take(house.link);
            EXPECT_EQ(back.substr(102), expected);
            EXPECT_TRUE(house.network.saw_end(house.link));
            EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
        }
    }
}

TEST(Echo, ABlockedOneGivesItsBufferToWhoeverWaits) {
    EchoHouse house({.buffers = 1});
    house.network.set_window(house.link, 100);
    house.network.send(house.link, frame(0x81, pattern(1'000)));
    house.turn();
    const auto page = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_EQ(house.network.take(page), "");
    house.advance_ms(limits::message_grace_ms + 100);
    EXPECT_THAT(house.network.take(page), testing::StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(house.network.saw_reset(house.link));
}

TEST(Echo, CountsAmongTheWebSockets) {
    EchoHouse house;
    for (std::size_t i = 1; i < limits::websocket_max; ++i)
        EXPECT_THAT(house.ask(ServerHouse::upgrade()), testing::StartsWith("HTTP/1.1 101"));
    EXPECT_THAT(house.ask(ServerHouse::upgrade("/echo")), testing::StartsWith("HTTP/1.1 503"));
}

}  // namespace
}  // namespace boardwalk::test
