#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

namespace boardwalk::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

server::Options small(std::size_t connections, std::size_t buffers = 10) {
    return {.connections = connections, .buffers = buffers, .unix_time_s = nullptr};
}

TEST(Slots, SilentConnectionsTakeNone) {
    ServerHouse house(small(4));
    for (int i = 0; i < 6; ++i)
        house.connect();
    EXPECT_EQ(house.server.statistics().silent, 6U);
    EXPECT_THAT(house.ask(ServerHouse::get("/")), HasSubstr("200 OK"));
    EXPECT_EQ(house.server.statistics().evicted_total, 0U);
}

TEST(Slots, LongestSilentMakesWayForTheNextHandshakeAfterItsGrace) {
    ServerHouse house(small(4));
    const auto first = house.connect();
    for (std::size_t i = 1; i < 4 + limits::lobby_places - 1; ++i)
        house.connect();
    house.advance_ms(limits::silent_grace_ms - 60);
    EXPECT_FALSE(house.network.saw_reset(first));
    house.connect();  // the last place
    EXPECT_FALSE(house.network.saw_reset(first));
    house.advance_ms(200);
    EXPECT_TRUE(house.network.saw_reset(first));
}

TEST(Slots, LongestIdleGoesForANewcomer) {
    ServerHouse house(small(3));
    const auto first = house.connect_idle();
    house.advance_ms(20);
    const auto second = house.connect_idle();
    const auto third = house.connect_idle();
    house.advance_ms(limits::idle_grace_ms + 20);
    EXPECT_THAT(house.ask(ServerHouse::get("/")), HasSubstr("200 OK"));
    EXPECT_TRUE(house.network.saw_end(first));
    EXPECT_FALSE(house.network.saw_end(second));
    EXPECT_FALSE(house.network.saw_end(third));
    EXPECT_EQ(house.server.statistics().evicted_total, 1U);
}

TEST(Slots, IncompleteHeadGoesBeforeAnIdleOneAndIsTold408) {
    ServerHouse house(small(2));
    const auto idle = house.connect_idle();
    const auto slow = house.connect_and_send("GET / HT");
    house.advance_ms(limits::head_grace_ms + 20);
    EXPECT_THAT(house.ask(ServerHouse::get("/")), HasSubstr("200 OK"));
    EXPECT_THAT(house.network.take(slow), StartsWith("HTTP/1.1 408"));
    EXPECT_FALSE(house.network.saw_end(idle));
}

TEST(Slots, NeverOneWhoseHeadIsCompleteNorAWebSocket) {
    ServerHouse house(small(3));
    const auto other = house.connect_and_send(ServerHouse::get("/later"));
    const auto working = house.connect_and_send(ServerHouse::get("/later"));
    const auto websocket = house.connect_and_send(ServerHouse::upgrade());
    house.advance_ms(1'000);
    const auto newcomer = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_EQ(house.network.take(newcomer), "");
    for (const auto link : {other, working, websocket}) {
        EXPECT_FALSE(house.network.saw_end(link) || house.network.saw_reset(link));
    }
    house.advance_ms(limits::wait_in_line_ms_max - 100);
    EXPECT_EQ(house.network.take(newcomer), "");
    house.advance_ms(200);
    const auto answer = house.network.take(newcomer);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 2\r\n"));
    EXPECT_THAT(answer, HasSubstr("\"code\":\"pool_exhausted\""));
    EXPECT_EQ(house.server.statistics().refused_total, 1U);
}

TEST(Slots, AnswersCarryCloseWhileSomebodyWaits) {
    ServerHouse house(small(2));
    const auto busy = house.connect_and_send(ServerHouse::get("/later"));
    house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    const auto first = house.connect_and_send(ServerHouse::get("/"));
    const auto second = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_EQ(house.network.take(first), "");
    house.server.answer_later(
        *house.application.waiting, [](void*, http::Response& response) { response.text.append("late"); },
        nullptr);
    house.turn();
    EXPECT_THAT(house.network.take(busy), HasSubstr("Connection: close"));
    EXPECT_THAT(house.network.take(first), HasSubstr("hello")) << "first come";
    EXPECT_THAT(house.network.take(second), HasSubstr("hello")) << "first served";
    EXPECT_EQ(house.server.statistics().evicted_total, 0U);
}

TEST(Slots, TimeInLineForASlotIsTimeInLineForABuffer) {
    ServerHouse house(small(2, 1));
    const auto first = house.connect_and_send(ServerHouse::get("/later"));
    const auto idle = house.connect_and_send("GET / HT");  // waits for the buffer
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max - 500);
    house.network.reset(idle);
    house.advance_ms(400);
    EXPECT_EQ(house.network.take(waiting), "");
    house.advance_ms(200);
    EXPECT_THAT(house.network.take(waiting), StartsWith("HTTP/1.1 503")) << "two seconds in all";
    EXPECT_FALSE(house.network.saw_end(first));
}

TEST(Slots, AnswersCarryCloseForAWhileAfterSomebodyHadToWait) {
    ServerHouse house(small(1));
    const auto holder = house.connect_and_send(ServerHouse::get("/later"));
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.network.reset(holder);
    house.turn();
    EXPECT_THAT(house.network.take(waiting), HasSubstr("Connection: close")) << "those behind it wait, too";
    house.advance_ms(limits::crowd_pause_ms + 60);
    EXPECT_THAT(house.ask(ServerHouse::get("/")), Not(HasSubstr("Connection: close")));
}

TEST(Buffers, IdleConnectionsHoldNone) {
    ServerHouse house;
    for (int i = 0; i < 24; ++i)
        house.connect_idle();
    const auto statistics = house.server.statistics();
    EXPECT_EQ(statistics.idle, 24U);
    EXPECT_EQ(statistics.buffers_in_use, 0U);
    EXPECT_EQ(statistics.buffers_allocated, 1U) << "each is allocated at its first need";
}

TEST(Buffers, WhoFindsNoneWaitsInLineAndIsServedInTurn) {
    ServerHouse house(small(6, 1));
    const auto holder = house.connect_and_send("GET / HT");
    const auto first = house.connect_and_send(ServerHouse::get("/"));
    const auto second = house.connect_and_send(ServerHouse::get("/"));
    EXPECT_EQ(house.server.statistics().waiting, 2U);
    EXPECT_EQ(house.server.statistics().buffer_waits_total, 2U);
    EXPECT_EQ(house.network.take(first), "");
    house.network.send(holder, "TP/1.1\r\nHost: a\r\n\r\n");
    house.turn();
    EXPECT_THAT(house.network.take(holder), HasSubstr("hello"));
    EXPECT_THAT(house.network.take(first), HasSubstr("hello"));
    EXPECT_THAT(house.network.take(second), HasSubstr("hello"));
    EXPECT_EQ(house.server.statistics().waiting, 0U);
}

TEST(Buffers, HeadThatDoesNotGetOnGivesItsBufferToWhoWaits) {
    ServerHouse house(small(6, 1));
    const auto drip = house.connect_and_send("GET / HT");
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::head_grace_ms - 50);
    EXPECT_EQ(house.network.take(waiting), "");
    house.advance_ms(100);
    EXPECT_THAT(house.network.take(drip), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
}

TEST(Buffers, UnfinishedMessageGivesItsBufferToWhoWaits) {
    ServerHouse house(small(6, 1));
    const auto websocket = house.connect_and_send(ServerHouse::upgrade());
    (void)house.network.take(websocket);
    house.network.send(websocket, std::string("\x01\x81\0\0\0\0{", 7));
    house.turn();
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::message_grace_ms - 100);
    EXPECT_EQ(house.network.take(waiting), "");
    house.advance_ms(200);
    EXPECT_EQ(house.network.take(websocket), "\x88\x02\x03\xf5") << "1013";
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
}

TEST(Buffers, BodyThatHardlyMovesIsAbortedOnlyWhileSomebodyWaits) {
    ServerHouse house(small(6, 1));
    const auto drip = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
    for (int i = 0; i < 25; ++i) {
        house.advance_ms(1'000);
        house.network.send(drip, "x");
        ASSERT_EQ(house.answer(drip), "") << "nobody waits";
    }
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(200);
    EXPECT_THAT(house.network.take(drip), StartsWith("HTTP/1.1 408"));
    EXPECT_THAT(house.network.take(waiting), HasSubstr("hello"));
}

TEST(Buffers, ManyRequestsSentAheadAreNotTakenForAnUnfinishedHead) {
    ServerHouse house(small(6, 1));
    std::string requests;
    for (int i = 0; i < 120; ++i)
        requests += ServerHouse::get("/");
    const auto ahead = house.connect_and_send(requests);
    const auto other = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(1'000);
    const auto answers = house.network.take(ahead);
    std::size_t count = 0;
    for (auto at = answers.find("hello"); at != std::string::npos; at = answers.find("hello", at + 1))
        ++count;
    EXPECT_EQ(count, 120U);
    EXPECT_THAT(answers, Not(HasSubstr("408")));
    EXPECT_THAT(house.network.take(other), HasSubstr("hello"));
}

TEST(Buffers, FloodOfRequestsSentAheadDoesNotKeepOneThatOthersWaitFor) {
    ServerHouse house({.buffers = 1});
    const auto flood = house.connect();
    transport::Link page = 0;
    std::string answer;
    for (int turns = 0; turns < 20 && answer.empty(); ++turns) {
        for (int i = 0; i < 100; ++i)
            house.network.send(flood, ServerHouse::get("/"));
        if (turns == 2) {
            page = house.network.connect();
            house.network.send(page, ServerHouse::get("/"));
        }
        house.network.advance_ms(50);
        house.turn(1);
        const auto answers = house.network.take(flood);
        EXPECT_EQ(answers.find("Connection: close") != std::string::npos, house.network.saw_end(flood));
        if (turns > 2) answer = house.network.take(page);
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_TRUE(house.network.saw_end(flood));
}

TEST(Buffers, WhoWaitsTooLongIsTold503) {
    ServerHouse house(small(6, 1));
    house.connect_and_send(ServerHouse::get("/later"));
    const auto waiting = house.connect_and_send(ServerHouse::get("/"));
    house.advance_ms(limits::wait_in_line_ms_max - 100);
    EXPECT_EQ(house.network.take(waiting), "");
    house.advance_ms(200);
    EXPECT_THAT(house.network.take(waiting), StartsWith("HTTP/1.1 503"));
    EXPECT_EQ(house.server.statistics().requests_total, 1U) << "a refusal is an answer, too";
    EXPECT_EQ(house.server.statistics().refused_total, 1U);
}

TEST(Buffers, PoolShrinksToItsBaselineWhenIdle) {
    ServerHouse house;
    std::vector<transport::Link> links;
    for (int i = 0; i < 10; ++i)
        links.push_back(house.connect_and_send("GET / HT"));
    EXPECT_EQ(house.server.statistics().buffers_in_use, 10U);
    for (const auto link : links)
        house.network.reset(link);
    house.turn();
    EXPECT_EQ(house.server.statistics().buffers_allocated, 10U);
    house.advance_ms(limits::buffers_shrink_after_ms + 100);
    EXPECT_EQ(house.server.statistics().buffers_allocated, limits::buffers_baseline);
}

TEST(Memory, IdleConnectionKeepsItsPromise) { EXPECT_LE(sizeof(connection::Connection), 256U); }

TEST(Statistics, DiagnosticsShowTheLobbyInFreeSlots) {
    ServerHouse house(small(3));
    house.connect_idle();
    house.connect();
    EXPECT_EQ(house.server.slot(0).state, server::SlotState::idle);
    EXPECT_EQ(house.server.slot(1).state, server::SlotState::silent);
    EXPECT_EQ(house.server.slot(2).state, server::SlotState::free);
    EXPECT_EQ(house.server.slot(0).peer.view(), "memory:0");
}

}  // namespace
}  // namespace boardwalk::test
