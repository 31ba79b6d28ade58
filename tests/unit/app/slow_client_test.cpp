#include "firmware/server/server.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/memory_transport.hpp"
#include "tests/unit/app/app_fixture.hpp"

/// Clients of the stream that do not read, before the whole of server and application.
namespace boardwalk::test {

using transport::Link;

class SlowClientTest : public AppTest {
protected:
    void SetUp() override {
        start();
        platform.keep_lines = false;
        device.last_outputs.reserve(16);
        server = std::make_unique<server::Server>(network, *app, capacities);
        app->attach(*server, *server);
        pass(1'000);
    }

    /// Time goes by, in steps of 50 ms.
    void pass(std::uint64_t ms) {
        for (std::uint64_t step = 0; step < ms; step += 50) {
            network.advance_ms(50);
            platform.now = network.now_us() / 1'000;
            server->turn();
            workers.work();
            server->turn();
        }
    }
    /// A tick a second, each with another value.
    void tick_for(std::uint32_t seconds) {
        for (std::uint32_t i = 0; i < seconds; ++i) {
            device.values[0] = 20 + (device.values[0] == 20 ? 1 : 0);
            pass(1'000);
        }
    }
    Link open(std::string_view topics) {
        const auto link = network.connect();
        network.send(
            link,
            "GET /api/v1/stream HTTP/1.1\r\nHost: board\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                std::string(owner_fields));
        server->turn();
        EXPECT_TRUE(network.take(link).starts_with("HTTP/1.1 101"));
        const std::string text =
            R"({"id":1,"method":"subscribe","params":{"topics":)" + std::string(topics) + "}}";
        // Masked by zeros (RFC 6455 §5.3), and of less than 126 bytes.
        network.send(link, std::string{'\x81', static_cast<char>(0x80U | text.size()), 0, 0, 0, 0} + text);
        server->turn();
        return link;
    }
    /// What has arrived, message by message; a Close as {"close": code}.
    std::vector<nlohmann::json> take(Link link) {
        std::vector<nlohmann::json> messages;
        const std::string bytes = network.take(link);
        for (std::string_view rest = bytes; !rest.empty();) {
            const auto at = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
            const std::size_t header = at(1) == 126 ? 4 : 2;
            const std::size_t size = at(1) == 126 ? at(2) * 256U + at(3) : at(1);
            if (at(0) == 0x81)
                messages.push_back(nlohmann::json::parse(rest.substr(header, size), nullptr, false));
            if (at(0) == 0x88) messages.push_back({{"close", at(header) * 256 + at(header + 1)}});
            rest.remove_prefix(header + size);
        }
        return messages;
    }
    /// It is alive and sends, only it does not read.
    void pong(Link link) { network.send(link, std::string_view("\x8a\x80\0\0\0\0", 6)); }

    server::Options capacities;
    MemoryTransport network{server::Server::links_for(capacities)};
    std::unique_ptr<server::Server> server;
};

TEST_F(SlowClientTest, TwelveStalledOnesCostNothingBeyondTheirSlots) {
    std::vector<Link> stalled;
    for (std::size_t i = 0; i < limits::websocket_max; ++i)
        stalled.push_back(open(R"(["state","log","diagnostics"])"));
    const auto page = network.connect();
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: board\r\n\r\n";
    network.send(page, request);
    pass(50);
    EXPECT_TRUE(network.take(page).starts_with("HTTP/1.1 200"));
    const auto allocated = server->statistics().buffers_allocated;

    const AllocationCount allocations;
    for (int i = 0; i < 20; ++i) {
        device.values[0] = 20 + i % 2;
        app->log().write(app::LogLevel::info, {"a line that nobody takes"});
        pass(500);
        EXPECT_EQ(server->statistics().buffers_in_use, 0U);
    }
    EXPECT_EQ(allocations.count(), 0U);
    EXPECT_EQ(server->statistics().buffers_allocated, allocated);
    EXPECT_EQ(server->statistics().websocket, limits::websocket_max) << "all of it before the stall ends";
    for (const auto link : stalled) {
        EXPECT_LE(network.unacknowledged(link),
                  limits::websocket_unacknowledged_bytes_max + limits::websocket_frame_bytes_max);
    }
}

TEST_F(SlowClientTest, AStalledOneDelaysNobody) {
    const auto stalled = open(R"(["state","diagnostics"])");
    const auto reader = open(R"(["state"])");
    take(reader);
    for (int i = 0; i < 10; ++i) {
        tick_for(1);
        const auto messages = take(reader);
        ASSERT_EQ(messages.size(), 1U) << i;
        EXPECT_TRUE(messages[0].contains("delta")) << messages[0].dump();
    }
    EXPECT_GT(network.unacknowledged(stalled), 0U);
}

TEST_F(SlowClientTest, WhoReadsAgainGetsTheLatestStateAndIsToldOfTheLinesItMissed) {
    const auto slow = open(R"(["state","log"])");
    const auto reader = open(R"(["state"])");
    take(reader);
    std::size_t lines = 0;
    for (int i = 0; i < 10; ++i, tick_for(1)) {
        for (int j = 0; j < 10; ++j, ++lines)
            app->log().write(app::LogLevel::info, {"line"});
    }
    const auto queued = take(slow);  // what was on its way when it stopped to read
    EXPECT_LT(queued.size(), 20U);
    pass(50);
    std::vector<nlohmann::json> later;
    for (int i = 0; i < 50; ++i, pass(50)) {
        for (auto& message : take(slow))
            later.push_back(std::move(message));
    }
    ASSERT_FALSE(later.empty());
    EXPECT_TRUE(later[0].contains("snapshot")) << later[0].dump();
    later.insert(later.begin(), queued.begin(), queued.end());
    std::size_t seen = 0, gap = 0;
    for (const auto& message : later) {
        if (message.contains("line")) ++seen;
        if (message.contains("gap")) gap += message["gap"].get<std::size_t>();
    }
    EXPECT_GT(gap, 0U);
    EXPECT_EQ(seen + gap, lines) << "each line was sent or counted";
}

TEST_F(SlowClientTest, WhoNeverReadsIsClosed1013AndItsPlaceIsFree) {
    std::vector<Link> stalled;
    for (std::size_t i = 0; i < limits::websocket_max; ++i)
        stalled.push_back(open(R"(["state"])"));
    for (std::uint32_t ms = 0; ms < limits::websocket_stall_ms + 3'000; ms += 1'000) {
        for (const auto link : stalled)
            pong(link);
        if (ms < limits::websocket_stall_ms) {
            EXPECT_EQ(server->statistics().websocket, limits::websocket_max) << ms;
        }
        tick_for(1);
    }
    EXPECT_EQ(server->statistics().websocket, 0U);
    for (const auto link : stalled) {
        EXPECT_EQ(take(link).back().dump(), R"({"close":1013})");
        EXPECT_TRUE(network.saw_end(link)) << "in order, not by a reset";
    }
    const auto next = open(R"(["state"])");
    EXPECT_TRUE(take(next).at(1).contains("snapshot"));
}

}  // namespace boardwalk::test
