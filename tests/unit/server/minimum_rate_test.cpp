#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "firmware/server/contention/contention.hpp"
#include "tests/support/server_house.hpp"

/// A connection that moves too little while others wait makes way; one that moves enough keeps its slot,
/// however long it takes.
namespace boardwalk::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

server::Options small(std::size_t connections, std::size_t buffers) {
    return {.connections = connections, .buffers = buffers, .unix_time_s = nullptr};
}

const std::string body_head = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n";

/// Of `progress_bytes_per_s_min`, over 125 ms.
constexpr std::size_t enough_bytes = limits::progress_bytes_per_s_min / 8;
/// Falls behind by a whole answer_stall_ms before the newcomer has waited for too long.
constexpr std::size_t too_few_bytes = enough_bytes / 32;
/// Three repeats of a lost packet are no stall of its reader's.
constexpr std::uint64_t answer_stall_ms = limits::answer_grace_ms + 750;

TEST(MinimumRate, BodyBelowItMakesWayOnceItsGraceIsOver) {
    ServerHouse house(small(6, 1));
    const auto drip = house.connect_and_send(body_head);
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::body_grace_ms - 100);
    EXPECT_EQ(house.network.take(drip) + house.network.take(waiting), "");
    house.advance_ms(150);
    EXPECT_THAT(house.network.take(drip), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
    EXPECT_EQ(house.server.statistics().timed_out_total, 1U);
}

TEST(MinimumRate, BodyAtItStaysAndTheNewcomerIsRefused) {
    for (const bool enough : {true, false}) {
        ServerHouse house(small(1, 1));
        const auto body = house.connect_and_send(body_head);
        const auto waiting = house.connect_and_send(ServerHouse::get("/"));
        for (int i = 0; i < 8 * 3; ++i) {
            house.network.send(body, std::string(enough ? enough_bytes : too_few_bytes, 'x'));
            house.advance_ms(125);
        }
        EXPECT_THAT(house.network.take(body), StartsWith(enough ? "" : "HTTP/1.1 408"));
        EXPECT_THAT(house.network.take(waiting), StartsWith(enough ? "HTTP/1.1 503" : "HTTP/1.1 200"));
        EXPECT_EQ(house.server.statistics().active, enough ? 1U : 0U);
    }
}

TEST(MinimumRate, OnlyAcknowledgedBytesOfAnAnswerCount) {
    for (const bool enough : {true, false}) {
        ServerHouse house(small(1, 1));
        const auto reader = house.connect();
        house.network.set_window(reader, enough ? enough_bytes : too_few_bytes);
        house.network.send(reader, ServerHouse::get("/static"));
        house.turn();
        const auto waiting = house.connect_and_send(ServerHouse::get("/"));
        std::string got;
        for (int i = 0; i < 8 * 3 && !house.network.gone(reader); ++i) {
            got += house.network.take(reader);
            house.advance_ms(125);
        }
        EXPECT_EQ(house.network.saw_reset(reader), !enough);
        EXPECT_THAT(house.network.take(waiting), StartsWith(enough ? "HTTP/1.1 503" : "HTTP/1.1 200"));
    }
}

TEST(MinimumRate, AnswerThatTheNetworkTookButNobodyReadsIsReset) {
    ServerHouse house(small(1, 1));
    const auto reader = house.connect();
    house.network.set_window(reader, 15'000);
    house.network.send(reader, ServerHouse::get("/static"));
    house.turn();
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(answer_stall_ms - 100);
    EXPECT_FALSE(house.network.saw_reset(reader));
    house.advance_ms(200);
    EXPECT_TRUE(house.network.saw_reset(reader));
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
}

TEST(MinimumRate, WhatFilledThePeersBuffersAtFirstSaysNothingOfHowItMoves) {
    ServerHouse house(small(1, 1));
    const auto reader = house.connect();
    house.network.set_window(reader, 8'000);
    house.network.send(reader, ServerHouse::get("/static"));
    house.turn();
    house.network.acknowledge(reader, 8'000);
    house.turn();
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(answer_stall_ms - 100);
    EXPECT_FALSE(house.network.saw_reset(reader));
    house.advance_ms(200);
    EXPECT_TRUE(house.network.saw_reset(reader));
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
}

TEST(MinimumRate, InACrowdOnlyTheFirstWaitsForTheGrace) {
    ServerHouse house(small(3, 3));
    std::vector<transport::Link> readers;
    for (int i = 0; i < 3; ++i) {
        readers.push_back(house.connect());
        house.network.set_window(readers.back(), 100);
        house.network.send(readers.back(), ServerHouse::get("/static"));
        house.turn();
    }
    const auto first = house.connect_and_send(ServerHouse::get("/later"));
    house.advance_ms(answer_stall_ms + 60);
    EXPECT_TRUE(house.network.saw_reset(readers[0]));
    const auto second = house.connect_and_send(ServerHouse::get("/later"));
    EXPECT_TRUE(house.network.saw_reset(readers[1])) << "the network may have held it back for as long";
    house.advance_ms(limits::crowd_pause_ms + 60);
    const auto third = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_FALSE(house.network.saw_reset(readers[2])) << "that crowd is over";
    EXPECT_EQ(house.network.take(first) + house.network.take(second) + house.network.take(third), "");
    house.advance_ms(answer_stall_ms + 60);
    EXPECT_THAT(house.network.take(third), HasSubstr("hello"));
}

TEST(MinimumRate, NobodyIsCutOffWhileNobodyWaits) {
    ServerHouse house(small(2, 2));
    const auto drip = house.connect_and_send(body_head);
    const auto reader = house.connect();
    house.network.set_window(reader, 100);
    house.network.send(reader, ServerHouse::get("/static"));
    house.advance_ms(limits::body_timeout_ms - 500);
    EXPECT_FALSE(house.network.saw_reset(reader));
    EXPECT_EQ(house.network.take(drip), "");
}

TEST(MinimumRate, TimeInLineIsTimeToArrive) {
    ServerHouse house(small(8, 1));
    std::vector<transport::Link> drips;
    for (int i = 0; i < 6; ++i)
        drips.push_back(house.connect_and_send(body_head + "x"));
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::body_grace_ms + 60);
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"))
        << "all six at once, not one after the other";
    for (const auto drip : drips)
        EXPECT_THAT(house.network.take(drip), StartsWith("HTTP/1.1 408"));
}

TEST(Contention, TheRateDoublesWithItsAgeUpToABound) {
    using server::minimum_rate_after;
    EXPECT_EQ(minimum_rate_after(0), 256U);
    EXPECT_EQ(minimum_rate_after(1'999), 256U);
    EXPECT_EQ(minimum_rate_after(2'000), 512U);
    EXPECT_EQ(minimum_rate_after(3'999), 512U);
    EXPECT_EQ(minimum_rate_after(4'000), 1'024U);
    EXPECT_EQ(minimum_rate_after(6'000), 1'024U);
    EXPECT_EQ(minimum_rate_after(UINT64_MAX), 1'024U);
}

TEST(Contention, ItLastsFromTheFirstThatWaitsUntilNoneHasForAWhile) {
    server::Contention contention;
    contention.note_slot_wanted(500);
    EXPECT_FALSE(contention.present()) << "that alone is none";
    contention.note_waiting(1'000, 1'100);
    EXPECT_EQ(contention.age_ms(1'100), 100U);
    contention.note_waiting(4'000, 5'000);
    EXPECT_EQ(contention.age_ms(5'000), 4'000U) << "it counts from its first";
    EXPECT_EQ(contention.minimum_rate(5'000), 1'024U);
    contention.note_calm(5'249);
    EXPECT_TRUE(contention.present());
    contention.note_slot_wanted(5'249);
    contention.note_calm(5'498);
    EXPECT_TRUE(contention.present());
    contention.note_calm(5'499);
    EXPECT_FALSE(contention.present());
    EXPECT_EQ(contention.minimum_rate(5'499), 256U);
    contention.note_waiting(9'000, 9'001);
    EXPECT_EQ(contention.age_ms(9'001), 1U) << "another";
}

TEST(Contention, ItWaitsForThoseThatWereToldToComeAgain) {
    server::Contention contention;
    contention.note_waiting(1'000, 3'000);
    contention.note_refused(3'000);
    contention.note_calm(3'000 + limits::refused_comes_again_ms - 1);
    EXPECT_TRUE(contention.present());
    contention.note_calm(3'000 + limits::refused_comes_again_ms);
    EXPECT_FALSE(contention.present());
}

/// A client that asks again and again, as often as it is told to.
struct Persistent {
    explicit Persistent(ServerHouse& h) : house(h) { link = house.connect_and_send(ServerHouse::get("/")); }
    /// Every 50 ms.
    void step() {
        const auto got = house.network.take(link);
        if (got.starts_with("HTTP/1.1 200")) served = true;
        else if (!got.empty()) wait_steps = limits::retry_after_s * 20, ++refusals;
        else if (wait_steps > 0 && --wait_steps == 0) link = house.connect_and_send(ServerHouse::get("/"));
    }
    ServerHouse& house;
    transport::Link link{};
    unsigned wait_steps = 0, refusals = 0;
    bool served = false;
};

TEST(MinimumRate, ReadersOf300BytesASecondDoNotStarveANewcomer) {
    ServerHouse house(small(2, 1));
    std::vector<transport::Link> readers;
    for (int i = 0; i < 2; ++i) {
        readers.push_back(house.connect());
        house.network.set_window(readers.back(), 150);
        house.network.send(readers.back(), ServerHouse::get("/static"));
        house.turn();
    }
    Persistent newcomer(house);
    std::size_t steps = 0;
    for (; steps < 300 && !newcomer.served; ++steps) {
        for (const auto reader : readers) {
            if (steps % 10 == 0) (void)house.network.take(reader);
        }
        house.advance_ms(50);
        newcomer.step();
    }
    EXPECT_TRUE(newcomer.served) << "within 15 s";
    EXPECT_TRUE(house.network.saw_reset(readers[0]) || house.network.saw_reset(readers[1]));
}

TEST(MinimumRate, ThePresentOneIsTold) {
    ServerHouse house(small(1, 1));
    EXPECT_EQ(house.server.statistics().minimum_rate_bytes_per_s, 256U);
    const auto busy = house.connect_and_send(ServerHouse::get("/later"));
    house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(1'900);
    house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(200);
    EXPECT_EQ(house.server.statistics().minimum_rate_bytes_per_s, 512U);
    house.network.reset(busy);
    house.advance_ms(limits::refused_comes_again_ms + 100);
    EXPECT_EQ(house.server.statistics().minimum_rate_bytes_per_s, 256U);
}

TEST(MinimumRate, AReaderOf1KilobyteASecondIsNeverCutHoweverLongOthersWait) {
    for (const std::size_t sips_a_second : {20U, 10U, 4U, 2U}) {
        ServerHouse house(small(1, 1));
        const auto reader = house.connect();
        house.network.set_window(reader, 1'024 / sips_a_second);
        house.network.send(reader, ServerHouse::get("/static"));
        house.turn();
        Persistent newcomer(house);
        std::string got;
        for (std::size_t steps = 0; steps < 21 * 20; ++steps) {
            if (steps % (20 / sips_a_second) == 0) got += house.network.take(reader);
            house.advance_ms(50);
            newcomer.step();
        }
        EXPECT_FALSE(house.network.saw_reset(reader)) << sips_a_second;
        EXPECT_EQ(body_of(got).size(), EchoApplication::static_body.size()) << sips_a_second;
        EXPECT_GT(newcomer.refusals, 3U);
    }
}

TEST(MinimumRate, RequestsSentAheadOfALongAnswerKeepNoBufferFromOthers) {
    ServerHouse house(small(3, 1));
    const auto reader = house.connect();
    house.network.set_window(reader, 1'000);
    house.network.send(reader, ServerHouse::get("/static") + ServerHouse::get("/"));
    house.turn();
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::head_grace_ms - 60);
    EXPECT_EQ(house.network.take(waiting), "");
    house.advance_ms(120);
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
    std::string got;
    for (int i = 0; i < 30; ++i) {
        got += house.network.take(reader);
        house.turn();
    }
    EXPECT_EQ(body_of(got), EchoApplication::static_body) << "it is not cut, and nothing comes behind it";
    EXPECT_TRUE(house.network.saw_end(reader)) << "so the client knows that it has to repeat the other";
    EXPECT_EQ(house.server.statistics().evicted_total, 1U);
}

TEST(MinimumRate, RequestsSentAheadAreAnsweredWhileNoOtherWaits) {
    ServerHouse house(small(3, 1));
    const auto reader = house.connect();
    house.network.set_window(reader, 1'000);
    house.network.send(reader, ServerHouse::get("/static") + ServerHouse::get("/"));
    std::string got;
    for (int i = 0; i < 30; ++i) {
        house.advance_ms(100);
        got += house.network.take(reader);
    }
    EXPECT_THAT(got, testing::EndsWith("hello "));
}

TEST(UnfinishedHeads, TheAnswerToAPartOfAHeadRequestHasABodyOnlyIfTheMethodIsNotKnown) {
    for (const bool known : {true, false}) {
        ServerHouse house(small(1, 1));
        const auto slow = house.connect_and_send(known ? "HEAD /?" : "HEA");
        house.advance_ms(limits::head_grace_ms + 20);
        EXPECT_THAT(house.ask(ServerHouse::get("/")), HasSubstr("hello"));
        const auto answer = house.network.take(slow);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 408"));
        EXPECT_EQ(body_of(answer).empty(), known);
    }
}

TEST(UnfinishedHeads, TimeInLineIsTimeToArrive) {
    ServerHouse house(small(3, 1));
    std::vector<transport::Link> drips;
    for (int i = 0; i < 8; ++i)
        drips.push_back(house.connect_and_send("GET / HT"));
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::head_grace_ms - 60);
    EXPECT_EQ(house.network.take(waiting), "");
    house.advance_ms(120);
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
    for (const auto drip : drips)
        EXPECT_THAT(house.network.take(drip), StartsWith("HTTP/1.1 408"));
}

TEST(UnfinishedHeads, KeptConnectionsNextRequestHasItsWholeGrace) {
    ServerHouse house(small(2, 1));
    const auto kept = house.connect_idle();
    house.advance_ms(5'000);
    house.network.send(kept, "GET / HT");
    house.turn();
    house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::head_grace_ms - 60);
    EXPECT_EQ(house.network.take(kept), "") << "its idle time is not counted";
}

TEST(Endings, AcceptedAreAsManyAsEndedAndAreOpen) {
    ServerHouse house(small(2, 1));
    const auto drip = house.connect_and_send("GET / HT");  // evicted
    house.advance_ms(limits::head_grace_ms + 10);
    const auto later = house.connect_and_send(ServerHouse::get("/later"));
    EXPECT_THAT(house.network.take(drip), StartsWith("HTTP/1.1 408"));
    const auto refused = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max + 100);
    EXPECT_THAT(house.network.take(refused), StartsWith("HTTP/1.1 503"));
    house.network.reset(later);  // reset
    house.turn();
    house.connect_and_send(ServerHouse::get("/", "Connection: close\r\n"));  // finished
    house.connect();                                                         // silent
    const auto idle = house.connect_idle();
    house.advance_ms(limits::idle_timeout_ms - 1'000);
    (void)house.network.take(idle);
    const auto now = house.server.statistics();
    std::uint64_t closed = 0;
    for (const auto count : now.closed_by_ending)
        closed += count;
    EXPECT_EQ(now.accepted_total, 6U);
    EXPECT_EQ(closed, 4U);
    EXPECT_EQ(now.silent + now.active + now.idle + now.websocket, 2U);
    using server::Ending;
    for (const auto ending : {Ending::evicted, Ending::refused, Ending::reset, Ending::finished})
        EXPECT_EQ(now.closed_by_ending[static_cast<std::size_t>(ending)], 1U)
            << server::ending_names[static_cast<std::size_t>(ending)];
    house.advance_ms(2'000);
    EXPECT_EQ(house.server.statistics().closed_by_ending[static_cast<std::size_t>(Ending::idle)], 2U);
    EXPECT_EQ(house.server.statistics().closed_by_ending[static_cast<std::size_t>(Ending::timed_out)], 0U);
    EXPECT_EQ(house.server.statistics().timed_out_total, 0U) << "an ordinary end is no fault";
}

}  // namespace
}  // namespace boardwalk::test
