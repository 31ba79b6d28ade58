// What broke servers like this one, a test for each class at the whole server. tests/README.md lists all of
// them, with those whose test stands elsewhere.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/allocations.hpp"
#include "tests/unit/server/websocket_house.hpp"

namespace boardwalk::test {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// --- signs and wraps -------------------------------------------------------------------------------------

/// Each is 5 in fewer bits than a length may have, or nearly nothing with a sign.
const std::vector<std::string> lengths_that_could_wrap = {"65541",
                                                          "2147483653",
                                                          "4294967301",
                                                          "9223372036854775813",
                                                          "18446744073709551615",
                                                          "18446744073709551611",
                                                          "18446744073709551621",
                                                          "340282366920938463463374607431768211461"};

TEST(PeerBugs, ALengthThatCouldWrapIsTooLargeAndNothingBehindItIsARequest) {
    ServerHouse house;
    for (const auto& length : lengths_that_could_wrap) {
        const auto link = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length +
                                                 "\r\n\r\nhello" + ServerHouse::get("/"));
        const auto answer = house.network.take(link);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 413")) << length;
        EXPECT_THAT(answer, Not(HasSubstr("200 OK"))) << length;
        EXPECT_TRUE(house.network.saw_end(link)) << length;
    }
}

TEST(PeerBugs, ALengthWithASignIsRefusedAndNothingBehindItIsARequest) {
    ServerHouse house;
    for (const std::string length :
         {"-1", "+5", "-0", "- 5", "5-", "-18446744073709551611", "0x5", "5,5", "5 5"}) {
        const auto link = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length +
                                                 "\r\n\r\nhello" + ServerHouse::get("/"));
        const auto answer = house.network.take(link);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << length;
        EXPECT_THAT(answer, Not(HasSubstr("200 OK"))) << length;
        EXPECT_TRUE(house.network.saw_end(link)) << length;
    }
}

TEST(PeerBugs, ALengthThatCouldWrapDoesNotEndAStreamedBodyEarly) {
    for (const std::string length : {"65541", "2147483653", "4294967301", "9223372036854775813"}) {
        ServerHouse house;
        const auto link =
            house.connect_and_send("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + length +
                                   "\r\n\r\nhello" + ServerHouse::get("/"));
        EXPECT_EQ(house.network.take(link), "") << length;
        EXPECT_THAT(house.application.pieces, IsEmpty()) << length;
    }
}

TEST(PeerBugs, AChunkWhoseSizeCouldWrapDoesNotEndEarly) {
    const auto pieces_of = [](const std::string& size) {
        ServerHouse house;
        const auto link =
            house.connect_and_send("PUT /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                   size + "\r\nhello\r\n0\r\n\r\n" + ServerHouse::get("/"));
        EXPECT_THAT(house.network.take(link), Not(HasSubstr("200 OK"))) << size;
        return house.application.pieces;
    };
    for (const auto* size : {"10005", "80000005", "100000005", "FFFFFFFB", "fffffffffffffffb",
                             "10000000000000005", "-5", "+5", "0x5"})
        EXPECT_THAT(pieces_of(size), IsEmpty()) << size;
}

// --- exhaustion ------------------------------------------------------------------------------------------

/// Bytes of a client's own, as many as a body may have.
std::string own_bytes(int client) {
    std::string text;
    while (text.size() < 900)
        text += std::to_string(client) + " ";
    return text;
}

TEST(PeerBugs, WhenAllBuffersAreOutEachClientStillGetsItsOwnBytes) {
    ServerHouse house({.connections = 12, .buffers = 1});
    std::vector<transport::Link> links;
    for (int i = 0; i < 12; ++i)
        links.push_back(house.connect());
    // All at once, each in pieces that come in turn: only one at a time has the buffer.
    const std::string head = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
    std::vector<std::string> requests, answers(12);
    for (int i = 0; i < 12; ++i)
        requests.push_back(head + std::to_string(own_bytes(i).size()) + "\r\n\r\n" + own_bytes(i));
    for (std::size_t at = 0; at < 1'200; at += 100) {
        for (std::size_t i = 0; i < 12; ++i) {
            if (at < requests[i].size()) house.network.send(links[i], requests[i].substr(at, 100));
            house.turn(1);
            answers[i] += house.network.take(links[i]);
        }
    }
    house.turn(20);
    for (std::size_t i = 0; i < 12; ++i) {
        answers[i] += house.network.take(links[i]);
        EXPECT_EQ(body_of(answers[i]), "hello " + own_bytes(static_cast<int>(i))) << i;
    }
    EXPECT_EQ(house.server.statistics().buffers_allocated, 1U);
}

TEST(PeerBugs, WhenTheHeapIsFullClientsWaitForABufferAndAreServedInTurn) {
    ServerHouse house({.connections = 6, .buffers = 4});
    (void)house.connect_idle();  // the first buffer is there
    const FullHeap heap;
    const auto holder = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    const auto first = house.connect_and_send(ServerHouse::get("/"));
    const auto second = house.connect_and_send(ServerHouse::get("/"));
    house.turn(100);
    EXPECT_LE(heap.refused(), 3U) << "the loop does not go round in circles for it";
    EXPECT_EQ(house.server.statistics().waiting, 2U);
    house.advance_ms(100);
    house.network.send(holder, "hello");
    house.turn(5);
    for (const auto link : {holder, first, second})
        EXPECT_THAT(house.network.take(link), StartsWith("HTTP/1.1 200 OK"));
}

TEST(PeerBugs, WhenTheHeapStaysFullClientsAreTold503) {
    ServerHouse house({.connections = 6, .buffers = 4});
    {
        const FullHeap heap;  // not even the first one is there
        const auto link = house.connect_and_send(ServerHouse::get("/"));
        house.advance_ms(limits::wait_in_line_ms_max + 100);
        EXPECT_THAT(house.network.take(link), StartsWith("HTTP/1.1 503"));
        EXPECT_TRUE(house.network.saw_end(link));
    }
    EXPECT_THAT(house.ask(ServerHouse::get("/")), StartsWith("HTTP/1.1 200 OK"));
}

// --- a fresh connection evicted ----------------------------------------------------------------------------

TEST(PeerBugs, AFreshConnectionIsNotEvictedForANewerOne) {
    ServerHouse house({.connections = 3, .buffers = 4});
    // Each in another state, all of them fresh; and a crowd in front of the door.
    const auto head = house.connect_and_send("GET / HT");
    const auto answered = house.connect_idle();
    const auto body = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    std::vector<transport::Link> silent, asking;
    for (int i = 0; i < 4; ++i)
        silent.push_back(house.connect());
    for (int i = 0; i < 4; ++i)
        asking.push_back(house.connect_and_send(ServerHouse::get("/")));
    house.advance_ms(limits::idle_grace_ms - 10);
    EXPECT_EQ(house.server.statistics().evicted_total, 0U);
    for (const auto link : {head, answered, body}) {
        EXPECT_FALSE(house.network.saw_end(link));
        EXPECT_FALSE(house.network.saw_reset(link));
    }
    for (const auto link : silent)
        EXPECT_FALSE(house.network.saw_reset(link));
    house.network.send(head, "TP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(house.answer(head), StartsWith("HTTP/1.1 200 OK"));
}

// --- fixed buffers -----------------------------------------------------------------------------------------

TEST(PeerBugs, AHostOfAnyLengthIsTakenOrTold431) {
    for (std::size_t size = 1; size <= limits::head_bytes_max + 100; size += size < 300 ? 1 : 97) {
        ServerHouse house;
        const auto answer = house.ask("GET / HTTP/1.1\r\nHost: " + std::string(size, 'a') + "\r\n\r\n");
        const bool fits = 26 + size <= limits::head_bytes_max;
        EXPECT_THAT(answer, StartsWith(fits ? "HTTP/1.1 200" : "HTTP/1.1 431")) << size;
    }
}

TEST(PeerBugs, ExtensionsAndProtocolsOfAnyLengthAreReadOver) {
    for (std::size_t size = 1; size <= 2'000; size += size < 300 ? 1 : 97) {
        ServerHouse house;
        auto handshake = ServerHouse::upgrade();
        handshake.resize(handshake.size() - 2);
        handshake += "Sec-WebSocket-Extensions: " + std::string(size, 'e') + "; " + std::string(50, 'p') +
                     "=\"" + std::string(50, 'v') + "\"\r\nSec-WebSocket-Protocol: " + std::string(100, 'x') +
                     ", test.v1\r\n\r\n";
        const auto link = house.connect_and_send(handshake + frame(0x81, "hello"));
        const auto answer = house.network.take(link);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 101")) << size;
        EXPECT_THAT(answer, Not(HasSubstr("Extensions"))) << size;
        EXPECT_THAT(house.application.messages, SizeIs(1)) << size;
    }
}

// --- the memory of fragments -------------------------------------------------------------------------------

TEST(PeerBugs, AMessageThatNeverEndsIsClosed1008HoweverItsFragmentsCome) {
    WebSocketHouse house;
    const auto small = house.open(), empty = house.open();
    house.network.send(small, frame(0x01, "a"));
    house.network.send(empty, frame(0x01, "") + frame(0x00, "a"));
    for (std::uint32_t ms = 0; ms < limits::message_timeout_ms - 500; ms += 500) {
        house.advance_ms(500);
        EXPECT_FALSE(house.network.saw_end(small)) << ms;
        house.network.send(small, frame(0x00, "a"));
        house.network.send(empty, frame(0x00, ""));
    }
    house.advance_ms(700);
    for (const auto link : {small, empty}) {
        EXPECT_TRUE(house.network.saw_end(link));
        EXPECT_EQ(house.network.take(link), "\x88\x02\x03\xf0") << "1008";
    }
    EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
}

TEST(PeerBugs, FragmentsOfManyClientsTakeNoMoreThanTheirBuffers) {
    WebSocketHouse house({.connections = 14, .buffers = 2});
    std::vector<transport::Link> links;
    for (std::size_t i = 0; i < limits::websocket_max; ++i)
        links.push_back(house.open());
    const AllocationCount allocations;
    for (int round = 0; round < 20; ++round) {
        for (const auto link : links) {
            if (house.network.gone(link)) continue;
            house.network.send(link, frame(round == 0 ? 0x01 : 0x00, std::string(100, 'f')));
        }
        house.advance_ms(500);
        EXPECT_LE(house.server.statistics().buffers_allocated, 2U);
    }
    EXPECT_THAT(house.ask(ServerHouse::get("/")), StartsWith("HTTP/1.1 200")) << "and others are served";
    EXPECT_THAT(house.application.messages, IsEmpty());
}

}  // namespace
}  // namespace boardwalk::test
