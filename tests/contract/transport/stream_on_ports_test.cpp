#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/server/server.hpp"
#include "tests/contract/transport/ports.hpp"
#include "tests/support/server_house.hpp"

/// A WebSocket's answers on every port, while the server's clock stands still: no timer ever runs, so what is
/// done is done because an event said that there is room, and what waits for a timer is never done.
namespace boardwalk::test {
namespace {

using transport::Link;

/// The port under test, but for its clock.
class StoppedClock final : public transport::Transport {
public:
    explicit StoppedClock(transport::Transport& port) : port_(port), now_us_(port.now_us()) {}

    transport::Received read(Link link, std::span<char> room) override { return port_.read(link, room); }
    std::size_t write(Link link, std::string_view bytes, transport::Lifetime lifetime, bool more) override {
        return port_.write(link, bytes, lifetime, more);
    }
    [[nodiscard]] std::size_t unacknowledged(Link link) const override { return port_.unacknowledged(link); }
    [[nodiscard]] bool takes_message(Link link) override { return port_.takes_message(link); }
    [[nodiscard]] bool takes_answer(Link link) override {
        const bool room = port_.takes_answer(link);
        answers_that_waited += room ? 0 : 1;
        return room;
    }
    void close(Link link) override { port_.close(link); }
    void abort(Link link) override { port_.abort(link); }
    void describe_peer(Link link, TextWriter& out) const override { port_.describe_peer(link, out); }
    [[nodiscard]] bool peer_is_loopback(Link link) const override { return port_.peer_is_loopback(link); }
    void stop_listening() override { port_.stop_listening(); }
    void poll(transport::Events& events, std::uint32_t timeout_ms) override {
        port_.poll(events, std::min<std::uint32_t>(timeout_ms, 5));
    }
    [[nodiscard]] std::uint64_t now_us() const override { return now_us_; }

    std::size_t answers_that_waited = 0;

private:
    transport::Transport& port_;
    std::uint64_t now_us_;
};

/// Answers each message with a frame of `answer_bytes`, and pushes frames while it may.
class Answerer final : public EchoApplication {
public:
    void on_websocket_message(server::SlotId id, std::string_view) override {
        ++messages_received;
        outlet->send_frame(id, frame_of(answer_bytes));
    }
    std::uint64_t on_turn(std::uint64_t now_ms) override {
        while (pushes_left > 0 && !websockets.empty() && outlet->websocket_ready(websockets[0])) {
            outlet->send_frame(websockets[0], frame_of(push_bytes));
            --pushes_left;
        }
        return now_ms + 1'000;
    }
    static std::string frame_of(std::size_t bytes) {
        return std::string{'\x81', 126, static_cast<char>((bytes - 4) >> 8), static_cast<char>(bytes - 4)} +
               std::string(bytes - 4, 'a');
    }

    std::size_t answer_bytes = 200, push_bytes = 700, pushes_left = 0, messages_received = 0;
};

class StreamOnPorts : public testing::TestWithParam<PortFactory> {
protected:
    void SetUp() override { application.outlet = &server; }
    template <typename Condition>
    bool turn_until(Condition done) {
        const auto end = port->transport().now_us() + port->patience_us();
        for (int turns = 0; turns < 200'000 && port->transport().now_us() < end; ++turns) {
            server.turn();
            if (done()) return true;
        }
        return false;
    }
    std::unique_ptr<Peer> open() {
        auto peer = port->connect();
        peer->send(ServerHouse::upgrade());
        std::string got;
        EXPECT_TRUE(turn_until([&] { return (got += peer->receive()).ends_with("\r\n\r\n"); }));
        return peer;
    }
    static std::string masked(unsigned first, std::string_view payload) {
        return std::string{static_cast<char>(first), static_cast<char>(0x80U | payload.size()), 0, 0, 0, 0} +
               std::string(payload);
    }

    std::unique_ptr<PortUnderTest> port = GetParam().make();
    StoppedClock network{port->transport()};
    Answerer application;
    server::Server server{network, application, {.connections = PortUnderTest::links, .buffers = 2}};
};

TEST_P(StreamOnPorts, TwoThousandPingsAreAnsweredWithoutATimer) {
    const auto peer = open();
    const std::size_t pings = 2'000;
    std::string sent, got;
    for (std::size_t i = 0; i < pings; ++i)
        sent += masked(0x89, "ping");
    peer->send(sent);
    EXPECT_TRUE(turn_until([&] { return (got += peer->receive()).size() == pings * 6; })) << got.size();
}

TEST_P(StreamOnPorts, AnswersOfAllSizesAreSentWithoutATimer) {
    const auto peer = open();
    for (const std::size_t bytes : {std::size_t{200}, limits::websocket_answer_bytes_max}) {
        application.answer_bytes = bytes;
        application.messages_received = 0;
        const std::size_t commands = 400;
        std::string sent, got;
        for (std::size_t i = 0; i < commands; ++i)
            sent += masked(0x81, "command");
        peer->send(sent);
        EXPECT_TRUE(turn_until([&] { return (got += peer->receive()).size() == commands * bytes; }))
            << got.size() << " of " << commands * bytes;
        EXPECT_EQ(application.messages_received, commands);
    }
}

TEST_P(StreamOnPorts, OneThatDoesNotReadIsNotReadFromAndGoesOnWhenItReads) {
    const auto peer = open();
    application.answer_bytes = limits::websocket_answer_bytes_max;
    std::string got;
    std::size_t sent = 0;
    // Until its answers fill all that there is between the two.
    for (int turns = 0; turns < 20'000 && network.answers_that_waited == 0; ++turns) {
        for (; sent < application.messages_received + 20; ++sent)
            peer->send(masked(0x81, "command"));
        server.turn();
    }
    ASSERT_GT(network.answers_that_waited, 0U);
    EXPECT_LT(application.messages_received, sent);
    EXPECT_TRUE(turn_until([&] {
        return (got += peer->receive()).size() == sent * limits::websocket_answer_bytes_max;
    })) << got.size();
    EXPECT_FALSE(peer->saw_reset());
}

TEST_P(StreamOnPorts, WhatIsPushedGoesOnWhenItsAcknowledgementComes) {
    const auto peer = open();
    application.pushes_left = 50;
    std::string got;
    EXPECT_TRUE(turn_until([&] { return (got += peer->receive()).size() == 50 * application.push_bytes; }))
        << application.pushes_left << " left";
}

INSTANTIATE_TEST_SUITE_P(Ports, StreamOnPorts, all_ports(), name_of_port);

}  // namespace
}  // namespace boardwalk::test
