#include <gtest/gtest.h>
#include <lwip/mem.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "firmware/stacks/lwip/lwip_transport.hpp"
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

/// All of lwIP's memory for copies, as if others had it.
class NoMemory {
public:
    NoMemory() {
        while (void* block = mem_malloc(16))
            taken_.push_back(block);
    }
    NoMemory(const NoMemory&) = delete;
    NoMemory& operator=(const NoMemory&) = delete;
    ~NoMemory() {
        for (void* block : taken_)
            mem_free(block);
    }

private:
    std::vector<void*> taken_;
};

/// A board on lwIP, and its clients.
class BoardOnLwip : public testing::Test {
protected:
    BoardOnLwip() {
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

using Handshakes = BoardOnLwip;

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

constexpr std::string_view upgrade =
    "GET /websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view ping = "\x89\x80mask";

using Memory = BoardOnLwip;

TEST_F(Memory, WebSocketsAreServedThoughOthersHaveAllOfIt) {
    come(8);
    turn_for(20);
    for (auto& client : clients)
        client->send(std::string(upgrade));
    turn_for(100);
    for (auto& client : clients) {
        ASSERT_TRUE(client->receive().starts_with("HTTP/1.1 101 "));
        client->send(std::string(ping));
    }
    const NoMemory none;
    turn_for(5'000);
    for (auto& client : clients) {
        EXPECT_FALSE(client->saw_reset());
        EXPECT_EQ(client->receive(), std::string_view("\x8a\0", 2)) << "one after the other from the reserve";
    }
}

TEST_F(Memory, UpgradeThatFindsNoneIs503AndNotCutOff) {
    come(2);
    turn_for(20);
    wire.set_loss_percent(100);
    {
        const NoMemory none;
        const std::string lost(4'000, 'l');
        ASSERT_EQ(transport.write(0, lost, transport::Lifetime::copied, false), lost.size());
    }
    wire.set_loss_percent(0);
    auto& client = *clients.back();
    client.send(std::string(upgrade));
    {
        const NoMemory none;
        turn_for(500);
    }
    turn_for(10'000);
    EXPECT_FALSE(client.saw_reset());
    const auto answer = client.receive();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
    EXPECT_NE(answer.find("Retry-After: 2"), std::string::npos);
}

}  // namespace
}  // namespace boardwalk::test
