#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

/// What goes by the clock, and the end of the server.
namespace boardwalk::test {
namespace {

using testing::StartsWith;

TEST(Timeouts, HeadHasOneDeadlineThatSingleBytesDoNotMove) {
    ServerHouse house;
    const auto link = house.connect_and_send("GET / HT");
    for (std::uint64_t passed = 0; passed + 1'000 < limits::head_timeout_ms; passed += 1'000) {
        house.advance_ms(1'000);
        house.network.send(link, "x");
        ASSERT_EQ(house.answer(link), "") << passed;
    }
    house.advance_ms(1'200);
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 408"));
    EXPECT_EQ(house.server.statistics().timed_out_total, 1U);
}

TEST(Timeouts, BodyMayTakeLongWhileItMoves) {
    ServerHouse house;
    const auto link = house.connect_and_send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\n");
    for (int i = 0; i < 4; ++i) {
        house.advance_ms(limits::body_timeout_ms - 500);
        house.network.send(link, "x");
        ASSERT_EQ(house.answer(link), "") << i;
    }
    house.advance_ms(limits::body_timeout_ms + 100);
    EXPECT_THAT(house.answer(link), StartsWith("HTTP/1.1 408"));
}

TEST(Timeouts, IdleConnectionIsClosedInOrder) {
    ServerHouse house;
    const auto link = house.connect_idle();
    house.advance_ms(limits::idle_timeout_ms - 200);
    EXPECT_FALSE(house.network.saw_end(link));
    house.advance_ms(400);
    EXPECT_TRUE(house.network.saw_end(link));
}

TEST(Timeouts, AnswerThatNobodyTakesIsReset) {
    ServerHouse house;
    const auto link = house.connect();
    house.network.set_window(link, 500);
    house.network.send(link, ServerHouse::get("/static"));
    house.advance_ms(limits::write_stall_timeout_ms - 200);
    EXPECT_FALSE(house.network.saw_reset(link));
    house.advance_ms(400);
    EXPECT_TRUE(house.network.saw_reset(link));
}

TEST(Shutdown, FinishesWhatIsBeingSent) {
    ServerHouse house;
    const auto idle = house.connect_idle();
    const auto busy = house.connect();
    house.network.set_window(busy, 5'000);
    house.network.send(busy, ServerHouse::get("/static"));
    house.turn();
    house.server.shut_down();
    house.turn();
    EXPECT_TRUE(house.network.gone(idle));
    EXPECT_FALSE(house.server.finished());
    std::string answer;
    for (int i = 0; i < 8; ++i)
        answer += house.answer(busy);
    EXPECT_EQ(body_of(answer), EchoApplication::static_body);
    EXPECT_TRUE(house.network.saw_end(busy));
    EXPECT_TRUE(house.server.finished());
}

}  // namespace
}  // namespace boardwalk::test
