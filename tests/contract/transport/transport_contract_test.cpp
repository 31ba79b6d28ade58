#include <gtest/gtest.h>

#include <array>
#include <map>
#include <vector>

#include "firmware/limits.hpp"
#include "tests/contract/transport/ports.hpp"

/// What firmware/transport/transport.hpp promises, asked of every port.
namespace boardwalk::test {
namespace {

using transport::CloseReason;
using transport::Lifetime;
using transport::Link;

struct Recorder final : transport::Events {
    std::vector<Link> opened;
    std::map<Link, int> readable, writable, closed;
    std::map<Link, CloseReason> reasons;
    bool inside_call = false;  ///< an event may not come from within a call of ours

    void on_open(Link link) override {
        EXPECT_FALSE(inside_call);
        opened.push_back(link);
    }
    void on_readable(Link link) override {
        EXPECT_FALSE(inside_call);
        EXPECT_EQ(closed[link], 0) << "nothing comes after on_closed";
        ++readable[link];
    }
    void on_writable(Link link) override {
        EXPECT_FALSE(inside_call);
        ++writable[link];
    }
    void on_closed(Link link, CloseReason reason) override {
        EXPECT_FALSE(inside_call);
        ++closed[link];
        reasons[link] = reason;
    }
};

class TransportContract : public testing::TestWithParam<PortFactory> {
protected:
    /// Turns until `done`, for as long as the network may take.
    template <typename Condition>
    bool turn_until(Condition done) {
        const auto end = port->transport().now_us() + port->patience_us();
        for (int turns = 0; turns < 200'000; ++turns) {
            port->transport().poll(events, 5);
            if (done()) return true;
            if (port->transport().now_us() > end) break;
        }
        return false;
    }
    /// A peer that has said `hello`, and its link.
    std::pair<std::unique_ptr<Peer>, Link> connect(const std::string& hello = "hello") {
        const auto before = events.opened.size();
        auto peer = port->connect();
        peer->send(hello);
        EXPECT_TRUE(turn_until(
            [&] { return events.opened.size() > before && events.readable[events.opened.back()] > 0; }));
        return {std::move(peer), events.opened.empty() ? Link{0} : events.opened.back()};
    }
    std::string read(Link link, std::size_t room_bytes, bool* end = nullptr) {
        std::string room(room_bytes, '\0');
        events.inside_call = true;
        const auto received = port->transport().read(link, room);
        events.inside_call = false;
        if (end != nullptr) *end = received.end;
        return room.substr(0, received.bytes);
    }

    std::unique_ptr<PortUnderTest> port = GetParam().make();
    Recorder events;
};

TEST_P(TransportContract, PeerThatSpeaksIsOpenedThenReadable) {
    const auto [peer, link] = connect();
    EXPECT_EQ(events.opened.size(), 1U);
    EXPECT_EQ(read(link, 100), "hello");
}

TEST_P(TransportContract, WhatIsNotReadStays) {
    const auto [peer, link] = connect("hello world");
    EXPECT_EQ(read(link, 5), "hello");
    EXPECT_EQ(read(link, 100), " world");
}

TEST_P(TransportContract, ReadableComesAgainAfterAShortRead) {
    const auto [peer, link] = connect();
    EXPECT_EQ(read(link, 100), "hello");
    const auto before = events.readable[link];
    peer->send("more");
    EXPECT_TRUE(turn_until([&, l = link] { return events.readable[l] > before; }));
    EXPECT_EQ(read(link, 100), "more");
}

TEST_P(TransportContract, PeersEndIsReadBehindItsBytes) {
    const auto [peer, link] = connect();
    bool end = true;
    EXPECT_EQ(read(link, 3, &end), "hel");
    EXPECT_FALSE(end);
    peer->finish();
    std::string rest;
    EXPECT_TRUE(turn_until([&, l = link] {
        rest += read(l, 100, &end);
        return end;
    }));
    EXPECT_EQ(rest, "lo");
    EXPECT_TRUE(end);
    EXPECT_EQ(events.closed[link], 0) << "a half-closed link is still ours";
}

TEST_P(TransportContract, HalfClosedPeerStillGetsItsAnswer) {
    const auto [peer, link] = connect();
    peer->finish();
    (void)read(link, 100);
    EXPECT_EQ(port->transport().write(link, "answer", Lifetime::copied, false), 6U);
    std::string got;
    EXPECT_TRUE(turn_until([&, p = peer.get()] { return (got += p->receive()) == "answer"; }));
}

TEST_P(TransportContract, TheLongestFrameIsTakenWholeWhileLittleIsUnacknowledged) {
    const auto [peer, link] = connect();
    EXPECT_EQ(port->transport().unacknowledged(link), 0U);
    const std::string frame(limits::websocket_frame_bytes_max, 'x');
    EXPECT_EQ(port->transport().write(link, frame, Lifetime::copied, false), frame.size());
}

TEST_P(TransportContract, RoomThatWasMissingForAMessageIsToldWhenTheAcknowledgementComes) {
    const auto [peer, link] = connect();
    (void)read(link, 100);
    auto& network = port->transport();
    std::size_t refused = 0, sent = 0, got = 0;
    for (int round = 0; round < 50; ++round) {
        const auto before = events.writable[link];
        for (int i = 0; i < 10 && network.takes_message(link); ++i)
            sent += network.write(link, std::string(600, 'm'), Lifetime::copied, false);
        if (network.takes_message(link)) continue;
        ++refused;
        EXPECT_TRUE(turn_until([&, p = peer.get(), l = link] {
            got += p->receive().size();
            return events.writable[l] > before;
        })) << round;
        EXPECT_TRUE(network.takes_message(link)) << round;
    }
    EXPECT_GT(refused, 0U);
    EXPECT_TRUE(turn_until([&, p = peer.get()] { return (got += p->receive().size()) == sent; }));
}

TEST_P(TransportContract, AnAnswerThatIsTakenAtAllIsTakenWholeAndMissingRoomIsTold) {
    const auto [peer, link] = connect();
    (void)read(link, 100);
    auto& network = port->transport();
    const std::string answer(limits::websocket_answer_bytes_max, 'a');
    std::size_t sent = 0, got = 0;
    while (sent < 64'000'000 && network.takes_answer(link)) {
        ASSERT_EQ(network.write(link, answer, Lifetime::copied, false), answer.size()) << sent;
        sent += answer.size();
    }
    ASSERT_LT(sent, 64'000'000U) << "the network never filled up";
    const auto before = events.writable[link];
    EXPECT_TRUE(turn_until([&, p = peer.get(), l = link] {
        got += p->receive().size();
        return events.writable[l] > before;
    }));
    EXPECT_TRUE(network.takes_answer(link));
    EXPECT_TRUE(turn_until([&, p = peer.get()] { return (got += p->receive().size()) == sent; }));
}

TEST_P(TransportContract, FullWriteGoesOnAfterWritableAndNothingIsLost) {
    const auto [peer, link] = connect();
    std::string sent, got;
    const auto piece = [&](std::size_t n) { return std::string(8'000, static_cast<char>('a' + n % 26)); };
    std::size_t number = 0;
    while (sent.size() < 64'000'000) {
        const auto text = piece(number++);
        const auto taken = port->transport().write(link, text, Lifetime::copied, false);
        sent += text.substr(0, taken);
        if (taken < text.size()) break;
    }
    ASSERT_LT(sent.size(), 64'000'000U) << "the network never filled up";
    EXPECT_GT(port->transport().unacknowledged(link), 0U);
    EXPECT_TRUE(turn_until([&, p = peer.get(), l = link] {
        got += p->receive();
        return got.size() == sent.size() && events.writable[l] > 0;
    }));
    EXPECT_EQ(got, sent);
    EXPECT_TRUE(turn_until([&, l = link] { return port->transport().unacknowledged(l) == 0; }));
}

TEST_P(TransportContract, CloseSendsWhatWasTakenThenTheEnd) {
    const auto [peer, link] = connect();
    const std::string answer(4096, 'z');
    ASSERT_EQ(port->transport().write(link, answer, Lifetime::copied, false), answer.size());
    events.inside_call = true;
    port->transport().close(link);
    events.inside_call = false;
    std::string got;
    EXPECT_TRUE(turn_until([&, p = peer.get()] { return (got += p->receive()).size() == answer.size(); }));
    EXPECT_TRUE(turn_until([&, p = peer.get()] { return p->saw_end(); }));
    peer->finish();
    EXPECT_TRUE(turn_until([&, l = link] { return events.closed[l] == 1; }));
    EXPECT_EQ(events.reasons[link], CloseReason::finished);
}

TEST_P(TransportContract, ClosingDropsWhatStillComesAndLosesNoAnswer) {
    const auto [peer, link] = connect("question that nobody reads");
    ASSERT_EQ(port->transport().write(link, "503", Lifetime::fixed, false), 3U);
    port->transport().close(link);
    peer->send(std::string(10'000, 'y'));
    std::string got;
    EXPECT_TRUE(turn_until([&, p = peer.get()] { return (got += p->receive()) == "503"; }));
    EXPECT_FALSE(peer->saw_reset());
}

TEST_P(TransportContract, WhatLiesBehindTheLastAnswerIsDroppedToItsEndWithoutAWait) {
    if (port->loses_packets())
        GTEST_SKIP() << "a network that loses packets may take longer than a link lingers";
    const auto [peer, link] = connect();
    // A network that was read from for a while lets more come in than at first.
    std::size_t got = 0, sent = 5;
    for (std::size_t size = 8; size <= 128 * 1'024; size *= 2) {
        peer->send(std::string(size, 'y'));
        sent += size;
        ASSERT_TRUE(turn_until([&, l = link] { return (got += read(l, size).size()) == sent; })) << size;
    }
    peer->send(std::string(512 * 1'024, 'z'));
    ASSERT_EQ(port->transport().write(link, "503", Lifetime::fixed, false), 3U);
    port->transport().close(link);
    peer->finish();
    const auto begun_us = port->transport().now_us();
    for (int turns = 0; turns < 20'000 && events.closed[link] == 0; ++turns)
        port->transport().poll(events, 20'000);
    EXPECT_EQ(events.closed[link], 1);
    EXPECT_LT(port->transport().now_us() - begun_us, 10'000'000U) << "a wait with work pending";
    EXPECT_EQ(peer->receive(), "503");
}

TEST_P(TransportContract, CloseEndsEvenWhenThePeerDoesNot) {
    const auto [peer, link] = connect();
    port->transport().close(link);
    EXPECT_TRUE(turn_until([&, l = link] { return events.closed[l] == 1; }));
}

TEST_P(TransportContract, AbortResets) {
    const auto [peer, link] = connect();
    (void)read(link, 100);
    events.inside_call = true;
    port->transport().abort(link);
    events.inside_call = false;
    const auto told = [&, p = peer.get(), l = link] { return p->saw_reset() && events.closed[l] == 1; };
    // A reset is sent once. Where it got lost, the peer learns of it when it speaks again.
    if (!turn_until(told)) peer->send("hello?");
    EXPECT_TRUE(turn_until(told));
    EXPECT_EQ(events.reasons[link], CloseReason::aborted);
}

TEST_P(TransportContract, PeersResetIsTold) {
    const auto [peer, link] = connect();
    (void)read(link, 100);
    peer->reset();
    const auto told = [&, l = link] { return events.closed[l] == 1; };
    if (!turn_until(told)) (void)port->transport().write(link, "hello?", Lifetime::copied, false);
    EXPECT_TRUE(turn_until(told));
    EXPECT_EQ(events.reasons[link], CloseReason::reset);
}

TEST_P(TransportContract, ClosedLinksCarryNothing) {
    const auto [peer, link] = connect();
    port->transport().close(link);
    EXPECT_EQ(port->transport().write(link, "x", Lifetime::copied, false), 0U);
    EXPECT_EQ(read(link, 100), "");
}

TEST_P(TransportContract, LinksAreUsedAgainAndCloseIsToldOnce) {
    for (int round = 0; round < 5; ++round) {
        events = Recorder();
        std::vector<std::unique_ptr<Peer>> peers;
        for (std::size_t i = 0; i < PortUnderTest::links; ++i)
            peers.push_back(std::move(connect().first));
        ASSERT_EQ(events.opened.size(), PortUnderTest::links) << round;
        for (const auto link : events.opened) {
            EXPECT_LT(link, PortUnderTest::links);
            port->transport().abort(link);
            port->transport().abort(link);
        }
        EXPECT_TRUE(turn_until([&] { return events.reasons.size() == PortUnderTest::links; }));
        for (const auto link : events.opened)
            EXPECT_EQ(events.closed[link], 1);
    }
}

TEST_P(TransportContract, PeerIsNamed) {
    const auto [peer, link] = connect();
    std::array<char, 64> memory;
    TextWriter out(memory);
    port->transport().describe_peer(link, out);
    EXPECT_NE(out.view().find(':'), std::string_view::npos);
    EXPECT_EQ(port->transport().peer_is_loopback(link), port->peers_are_local());
}

INSTANTIATE_TEST_SUITE_P(Ports, TransportContract, all_ports(), name_of_port);

}  // namespace
}  // namespace boardwalk::test
