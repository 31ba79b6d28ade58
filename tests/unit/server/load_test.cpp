#include "firmware/server/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/server/websocket_house.hpp"

/// What the pools held at most, second by second, by numbers and on a clock that the test moves.
namespace boardwalk::test {
namespace {

using server::BusyTime;
using server::Peak;
using server::Peaks;

TEST(BusyTimeTest, ASecondHoldsWhatWasBusyInItAndNoMore) {
    BusyTime busy;
    busy.begin(100'000);
    busy.begin(200'000);  // it is already
    busy.end(350'000);
    busy.end(900'000);  // it was not
    EXPECT_EQ(busy.last_second_ms(), 0U) << "the second is not over";
    busy.begin_second(1'000'000);
    EXPECT_EQ(busy.last_second_ms(), 250U);
    busy.begin_second(2'000'000);
    EXPECT_EQ(busy.last_second_ms(), 0U);
}

TEST(BusyTimeTest, ATimeAcrossTheEndOfASecondCountsInBoth) {
    BusyTime busy;
    busy.begin(900'000);
    busy.begin_second(1'000'000);
    EXPECT_EQ(busy.last_second_ms(), 100U);
    busy.begin_second(2'000'000);
    EXPECT_EQ(busy.last_second_ms(), 1'000U) << "it is never more than all of it";
    busy.end(2'300'000);
    busy.begin_second(3'000'000);
    EXPECT_EQ(busy.last_second_ms(), 300U);
}

TEST(BusyTimeTest, OneMicrosecondIsNotNothing) {
    for (const auto& [busy_us, shown_ms] : {std::pair{0U, 0U},
                                            {1U, 1U},
                                            {1'000U, 1U},
                                            {1'001U, 2U},
                                            {999'999U, 1'000U},
                                            {1'000'000U, 1'000U}}) {
        BusyTime busy;
        busy.begin(5);
        busy.end(5 + busy_us);
        busy.begin_second(1'000'005);
        EXPECT_EQ(busy.last_second_ms(), shown_ms) << busy_us;
    }
}

TEST(BusyTimeTest, TheClocksUpperHalfDoesNotMatter) {
    BusyTime busy;
    const std::uint64_t before_wrap_us = 0xffff'ff00ULL;
    busy.begin(before_wrap_us);
    busy.end(before_wrap_us + 4'000);
    busy.begin_second(before_wrap_us + 500'000);
    EXPECT_EQ(busy.last_second_ms(), 4U);
}

TEST(PeaksTest, EachIsTheMostOfItsSecond) {
    Peaks peaks;
    peaks.note_connections(3);
    peaks.note_connections(2);
    peaks.note_buffers(1);
    EXPECT_EQ(peaks.last_second(), Peak{});
    peaks.begin_second({.connections = 1, .buffers = 0, .waiting = 0});
    EXPECT_EQ(peaks.last_second(), (Peak{.connections = 3, .buffers = 1, .waiting = 0}));
    peaks.note_waiting(7);
    peaks.begin_second({});
    EXPECT_EQ(peaks.last_second(), (Peak{.connections = 1, .buffers = 0, .waiting = 7}))
        << "a second begins with what there is";
}

TEST(PeaksTest, ARecentOneIsForgottenAfterItsSecondsAndNotBefore) {
    Peaks peaks;
    peaks.note_connections(9);
    EXPECT_EQ(peaks.recent().connections, 9U) << "the present second counts";
    for (std::size_t second = 0; second < limits::peak_seconds; ++second) {
        peaks.begin_second({});
        EXPECT_EQ(peaks.recent().connections, 9U) << second;
    }
    peaks.begin_second({});
    EXPECT_EQ(peaks.recent().connections, 0U);
}

// --- the server's
// --------------------------------------------------------------------------------------------

TEST(Load, AFullPoolShowsThoughItIsEmptyAtEachLook) {
    ServerHouse house;
    house.advance_ms(100);
    for (int wave = 0; wave < 3; ++wave) {  // all of a wave within one turn, each closed by its answer
        for (int i = 0; i < 24; ++i) {
            const auto link = house.network.connect();
            house.network.send(link, ServerHouse::get("/", "Connection: close\r\n"));
        }
        house.turn();
        EXPECT_EQ(house.server.statistics().active, 0U);
        EXPECT_EQ(house.server.statistics().buffers_in_use, 0U);
        house.network.advance_ms(200);
    }
    EXPECT_EQ(house.server.statistics().peak, Peak{}) << "the second is not over";
    house.advance_ms(1'000);
    EXPECT_EQ(house.server.statistics().peak, (Peak{.connections = 24, .buffers = 1, .waiting = 0}));
    EXPECT_EQ(house.server.statistics().peak, house.server.statistics().peak) << "a look changes nothing";
    house.advance_ms(1'000);
    EXPECT_EQ(house.server.statistics().peak, Peak{});
    EXPECT_EQ(house.server.statistics().recent_peak.connections, 24U);
    house.advance_ms((limits::peak_seconds - 1) * 1'000);
    EXPECT_EQ(house.server.statistics().recent_peak.connections, 0U);
}

TEST(Load, ConnectionsBuffersAndTheLineCountAtTheirMost) {
    ServerHouse house({.connections = 4, .buffers = 2});
    for (int i = 0; i < 4; ++i)  // two hold a buffer and do not finish, two wait for one
        house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1");
    house.connect_and_send(ServerHouse::get("/"));  // waits for a slot
    house.advance_ms(1'000);
    EXPECT_EQ(house.server.statistics().peak, (Peak{.connections = 4, .buffers = 2, .waiting = 3}));
}

TEST(Load, ASlotIsBusyFromTheFirstByteToTheLastAndNotInBetween) {
    ServerHouse house;
    house.turn();
    const auto began_ms = house.network.now_us() / 1'000;
    const auto link = house.connect();
    house.network.send(link, "GET / HTTP/1.1\r\n");
    house.turn();
    house.network.advance_ms(120);
    house.network.send(link, "Host: a\r\n\r\n");
    house.turn();
    house.network.advance_ms(300);  // idle
    house.network.send(link, ServerHouse::get("/later"));
    house.turn();
    house.network.advance_ms(40);
    house.server.answer_later(*house.application.waiting, [](void*, http::Response&) {}, nullptr);
    house.turn();
    EXPECT_EQ(house.server.slot(0).busy_ms, 0U) << "the second is not over";
    house.network.advance_ms(1'000 - (house.network.now_us() / 1'000 - began_ms));
    house.turn();
    EXPECT_EQ(house.server.slot(0).busy_ms, 160U);
    EXPECT_EQ(house.server.slot(1).busy_ms, 0U);
}

TEST(Load, TheBusyTimeOfASlotOutlivesItsConnection) {
    ServerHouse house({.connections = 1});
    house.turn();
    for (int i = 0; i < 2; ++i) {
        const auto link = house.connect_and_send(ServerHouse::get("/later", "Connection: close\r\n"));
        house.network.advance_ms(50);
        house.server.answer_later(*house.application.waiting, [](void*, http::Response&) {}, nullptr);
        house.turn();
        EXPECT_TRUE(house.network.saw_end(link));
    }
    house.advance_ms(1'000);
    EXPECT_EQ(house.server.slot(0).state, server::SlotState::free);
    EXPECT_EQ(house.server.slot(0).busy_ms, 100U);
}

TEST(Load, ALoopThatSleptForSecondsTellsThoseAsTheyWere) {
    ServerHouse house;
    const auto link = house.connect_and_send(ServerHouse::get("/later"));
    house.network.advance_ms(5'300);
    house.turn();
    EXPECT_EQ(house.server.statistics().peak.connections, 1U);
    EXPECT_EQ(house.server.slot(0).busy_ms, 1'000U);
    house.server.answer_later(*house.application.waiting, [](void*, http::Response&) {}, nullptr);
    (void)house.answer(link);
    house.network.advance_ms(700);
    house.turn();
    EXPECT_EQ(house.server.slot(0).busy_ms, 300U);
}

TEST(Load, AWebSocketIsBusyOnlyWhileItHasSomethingToSay) {
    WebSocketHouse house;
    const auto link = house.open();
    house.advance_ms(2'000);
    EXPECT_EQ(house.server.slot(0).busy_ms, 0U);
    house.network.send(link, frame(0x01, "begins"));
    house.turn();
    house.network.advance_ms(200);
    house.network.send(link, frame(0x80, "ends"));
    house.turn();
    EXPECT_EQ(house.application.messages.size(), 1U);
    house.advance_ms(1'000);
    EXPECT_EQ(house.server.slot(0).busy_ms, 200U);
}

TEST(Load, WhatWasDealtWithBeforeItInOneTurnIsPartOfARequestsTime) {
    ServerHouse house;
    const auto first = house.connect(), second = house.connect();
    house.network.takes_us = 700;  // to read, each time
    house.network.send(first, ServerHouse::get("/"));
    house.network.send(second, ServerHouse::get("/"));
    house.turn();
    const auto figures = house.server.statistics();
    EXPECT_EQ(figures.durations.sum_us, 700U + 1'400U);
}

std::uint64_t all_of(const server::Durations& durations) {
    std::uint64_t all = 0;
    for (const auto count : durations.counts)
        all += count;
    return all;
}

TEST(Waits, TheTimeInTheLineForABufferIsMeasuredAndPartOfTheRequestsTime) {
    ServerHouse house({.buffers = 1});
    const auto holder = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1");
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.network.advance_ms(120);
    house.network.send(holder, "2");
    EXPECT_THAT(house.answer(waiting), testing::StartsWith("HTTP/1.1 200"));
    const auto figures = house.server.statistics();
    EXPECT_EQ(all_of(figures.waits), 2U) << "one that did not wait is counted, too";
    EXPECT_EQ(figures.waits.sum_us, 120'000U);
    EXPECT_EQ(figures.durations.sum_us, 2 * 120'000U);
}

TEST(Waits, TheTimeInTheLineForASlotIsMeasuredToTheMicrosecond) {
    ServerHouse house({.connections = 1});
    house.connect_and_send(ServerHouse::get("/later", "Connection: close\r\n"));
    house.network.advance_us(999);
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.network.advance_us(30'002);
    house.server.answer_later(*house.application.waiting, [](void*, http::Response&) {}, nullptr);
    EXPECT_THAT(house.answer(waiting), testing::StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(house.server.statistics().waits.sum_us, 30'002U);
}

TEST(Waits, WhatARequestWaitedInTheNetworkBeforeItsLinkIsPartOfIt) {
    ServerHouse house;
    house.network.network_wait_ms = 70;
    const auto link = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_EQ(house.server.statistics().waits.sum_us, 70'000U);
    EXPECT_EQ(house.server.statistics().durations.sum_us, 70'000U);
    house.network.send(link, ServerHouse::get("/"));
    house.turn();
    EXPECT_EQ(house.server.statistics().waits.sum_us, 70'000U) << "once";
}

TEST(Waits, OneThatWaitedInVainCountsWithAllOfItsTime) {
    ServerHouse house({.connections = 1});
    house.connect_and_send(ServerHouse::get("/later"));
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max + 100);
    EXPECT_THAT(house.network.take(waiting), testing::StartsWith("HTTP/1.1 503"));
    const auto figures = house.server.statistics();
    EXPECT_GE(figures.durations.sum_us, limits::wait_in_line_ms_max * 1'000U);
    EXPECT_EQ(all_of(figures.durations), figures.requests_total);
    EXPECT_GE(figures.waits.sum_us, limits::wait_in_line_ms_max * 1'000U);
}

}  // namespace
}  // namespace boardwalk::test
