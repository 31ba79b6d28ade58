#include <gtest/gtest.h>

#include "tests/support/server_house.hpp"

namespace boardwalk::test {
namespace {

/// Until when the loop may sleep, from its last turn on.
std::uint64_t sleep_ms(ServerHouse& house) {
    house.advance_ms(limits::timer_period_ms + 10);  // the timers have run once more
    return house.server.due_ms() - house.network.now_us() / 1'000;
}

TEST(Calm, TheLoopSleepsLongerWhileAllConnectionsWaitForTheirClients) {
    ServerHouse house;
    EXPECT_EQ(sleep_ms(house), house.application.wakes_after_ms) << "nobody is connected";
    house.application.wakes_after_ms = 60'000;
    EXPECT_EQ(sleep_ms(house), limits::idle_poll_ms_max);
    const auto link = house.connect_idle();
    (void)house.connect_and_send(ServerHouse::upgrade());
    EXPECT_EQ(sleep_ms(house), limits::calm_period_ms);

    house.network.send(link, "GET /");
    EXPECT_EQ(sleep_ms(house), limits::timer_period_ms) << "a head has a deadline";
    house.network.send(link, " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(sleep_ms(house), limits::calm_period_ms);

    house.network.send(link, ServerHouse::get("/later"));
    EXPECT_EQ(sleep_ms(house), limits::timer_period_ms) << "a worker has the request";
    house.application.outlet->repeat_request(*house.application.waiting);
    (void)house.connect();
    EXPECT_EQ(sleep_ms(house), limits::timer_period_ms) << "a link without a slot";
}

TEST(Calm, AWebSocketIsPingedAndAnIdleConnectionClosedNoMoreThanOnePeriodLate) {
    ServerHouse house;
    const auto idle = house.connect_idle();
    const auto websocket = house.connect_and_send(ServerHouse::upgrade());
    (void)house.network.take(websocket);
    const auto sleep = [&] {
        house.network.advance_ms(house.server.due_ms() - house.network.now_us() / 1'000);
        house.server.turn();
    };
    const auto began_ms = house.network.now_us() / 1'000;
    const auto passed_ms = [&] { return house.network.now_us() / 1'000 - began_ms; };
    while (house.network.take(websocket).empty() && passed_ms() < 2 * limits::websocket_ping_ms)
        sleep();
    EXPECT_GE(passed_ms(), limits::websocket_ping_ms);
    EXPECT_LE(passed_ms(), limits::websocket_ping_ms + limits::calm_period_ms);
    while (!house.network.saw_end(idle) && passed_ms() < 2 * limits::idle_timeout_ms)
        sleep();
    EXPECT_GE(passed_ms(), limits::idle_timeout_ms);
    EXPECT_LE(passed_ms(), limits::idle_timeout_ms + limits::calm_period_ms);
}

}  // namespace
}  // namespace boardwalk::test
