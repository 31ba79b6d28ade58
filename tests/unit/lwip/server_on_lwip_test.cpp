#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "firmware/ports/lwip/lwip_transport.hpp"
#include "tests/support/lwip/client.hpp"
#include "tests/support/lwip/virtual_link.hpp"
#include "tests/support/server_house.hpp"

/// What only shows where a network loses packets. The simulation found it; here is why.
namespace boardwalk::test {
namespace {

TEST(ServerOnLwip, CrowdDoesNotCutOffAnAnswerThatIsStillOnItsWay) {
    VirtualLink wire;
    const server::Options options{.connections = 1, .buffers = 1};
    ports::LwipTransport transport(wire, server::Server::links_for(options));
    ASSERT_TRUE(transport.listen(80));
    EchoApplication application;
    server::Server server(transport, application, options);
    application.outlet = &server;
    const auto turn_until = [&](std::uint64_t ms, auto done) {
        const auto end = wire.now_us() + ms * 1'000;
        while (!done() && wire.now_us() < end)
            server.turn();
        return done();
    };

    LwipClient asker(VirtualLink::peer_v4(), 80);
    ASSERT_TRUE(turn_until(1'000, [&] { return asker.is_connected(); }));
    asker.send("POST /act HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    wire.set_loss_percent(100);
    ASSERT_TRUE(turn_until(1'000, [&] { return application.bodies.size() == 1; }));
    (void)turn_until(20, [] { return false; });
    wire.set_loss_percent(0);

    std::vector<std::unique_ptr<LwipClient>> silent;
    for (std::size_t i = 0; i < limits::lobby_places; ++i)
        silent.push_back(std::make_unique<LwipClient>(VirtualLink::peer_v4(), 80));
    (void)turn_until(limits::linger_ms_max - 100, [] { return false; });
    EXPECT_FALSE(asker.saw_reset()) << "it would ask again, and be acted on twice";
    EXPECT_EQ(server.statistics().silent, limits::lobby_places) << "its link is another's";
    EXPECT_EQ(server.statistics().evicted_total, 0U) << "nobody else had to go";
    std::string got;
    EXPECT_TRUE(turn_until(10'000, [&] { return (got += asker.receive()).ends_with("hello ok"); }));
    asker.finish();
    (void)turn_until(30'000, [] { return false; });  // lwIP has it until the end of TIME_WAIT
}

/// A board with places for handshakes, and whoever comes to it.
class Handshakes : public testing::Test {
protected:
    Handshakes() {
        EXPECT_TRUE(transport.listen(80));
        application.outlet = &server;
    }
    void come(int count) {
        for (int i = 0; i < count; ++i)
            clients.push_back(std::make_unique<LwipClient>(VirtualLink::peer_v4(), 80));
    }
    void turn_for(std::uint64_t ms) {
        const auto end = wire.now_us() + ms * 1'000;
        while (wire.now_us() < end)
            server.turn();
    }
    [[nodiscard]] std::ptrdiff_t connected() const {
        return std::ranges::count_if(clients, [](const auto& one) { return one->is_connected(); });
    }

    VirtualLink wire;
    server::Options options{.handshake_places = limits::handshake_places_on_lwip};
    ports::LwipTransport transport{wire, server::Server::links_for(options)};
    EchoApplication application;
    server::Server server{transport, application, options};
    std::vector<std::unique_ptr<LwipClient>> clients;
};

TEST_F(Handshakes, EightBrowsersWithSixConnectionsEachFindAPlaceAtOnce) {
    come(8 * 6);
    turn_for(limits::silent_grace_ms / 4);
    EXPECT_EQ(connected(), 8 * 6);
    come(1);
    turn_for(limits::silent_grace_ms / 4);
    EXPECT_EQ(connected(), 8 * 6) << "there is no place for it yet";
    turn_for(4'000);  // it asks again after three seconds
    EXPECT_TRUE(clients.back()->is_connected()) << "the silent make way";
    EXPECT_FALSE(clients.back()->saw_reset());
}

TEST_F(Handshakes, BurstAfterBurstFindsPlacesAmongTheSilent) {
    for (int burst = 1; burst <= 20; ++burst) {
        come(10);
        turn_for(150);
        ASSERT_EQ(connected(), burst * 10) << "nobody has to ask again";
    }
    EXPECT_GE(server.statistics().evicted_total, 200 - server::Server::links_for(options));
}

}  // namespace
}  // namespace boardwalk::test
