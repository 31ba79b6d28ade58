#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/server_house.hpp"
#include "tests/support/virtual_network.hpp"

/// Connections that the server has closed, on a network that still carries their last answer.
namespace boardwalk::test {
namespace {

struct SlowHouse {
    static constexpr server::Options options{.connections = 2};

    SlowHouse() { application.outlet = &server; }
    void turn_for_ms(std::uint64_t ms) {
        for (const auto end = clock.now_ms() + ms; clock.now_ms() < end;)
            server.turn();
    }

    VirtualClock clock;
    VirtualNetwork network{
        clock, Random(1), {.links = server::Server::links_for(options), .send_bytes = 64 * 1024}};
    EchoApplication application;
    server::Server server{network, application, options};
};

TEST(Lingering, LastAnswerOnItsWayIsNotResetForANewcomer) {
    SlowHouse house;
    // Takes 20 KB through a window of 4 KB: more than half a second.
    const LinkConditions slow{.latency_us = 60'000, .window_bytes = 4'096};
    auto client = house.network.connect(slow, {});
    client->send(ServerHouse::get("/static", "Connection: close\r\n"));
    std::string answer;
    std::vector<std::unique_ptr<ClientSocket>> silent;
    while (!client->ended() && !client->was_reset() && house.clock.now_ms() < 10'000) {
        house.turn_for_ms(20);
        answer += client->receive();
        while (answer.size() > 8'000 && silent.size() < 12)
            silent.push_back(house.network.connect({}, {}));
    }
    EXPECT_FALSE(client->was_reset());
    EXPECT_EQ(body_of(answer), EchoApplication::static_body);
}

TEST(Lingering, OneWhosePeerReadsNothingMakesWayAndIsLeftToTheNetwork) {
    SlowHouse house;
    // Twice as many clients as there are links; each asks and then reads nothing for a while.
    std::vector<std::unique_ptr<ClientSocket>> readers;
    for (std::size_t i = 0; i < 2 * server::Server::links_for(SlowHouse::options); ++i) {
        readers.push_back(house.network.connect({.window_bytes = 4'096}, {}));
        readers.back()->send(ServerHouse::get("/static", "Connection: close\r\n"));
    }
    auto client = house.network.connect({}, {});
    client->send(ServerHouse::get("/"));
    house.turn_for_ms(500);
    EXPECT_EQ(body_of(client->receive()), "hello ") << "within half the time that each may linger";
    std::string answer;
    while (!readers[0]->ended() && !readers[0]->was_reset() && house.clock.now_ms() < 10'000) {
        house.turn_for_ms(20);
        answer += readers[0]->receive();
    }
    EXPECT_EQ(body_of(answer), EchoApplication::static_body);
}

}  // namespace
}  // namespace boardwalk::test
