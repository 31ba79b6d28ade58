#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "firmware/limits.hpp"
#include "tests/unit/lwip/transport_house.hpp"

/// What is lwIP's own in the transport on it: pools and admission. What it shares with every other port the
/// contract suite asks; what becomes of it without memory, short_memory_test.cpp.
namespace boardwalk::test {
namespace {

TEST_F(LwipTransport, HandshakesBeyondTheLinksWaitForOne) {
    std::vector<std::unique_ptr<LwipClient>> clients;
    for (std::size_t i = 0; i < links + 2; ++i)
        clients.push_back(connect());
    turn_for(8'000);  // they ask again after 3 s
    EXPECT_EQ(seen.opened.size(), links);
    EXPECT_FALSE(clients.back()->is_connected());
    EXPECT_FALSE(clients.back()->saw_reset()) << "it is not turned away: it asks again";
    transport.abort(seen.opened[0]);
    transport.abort(seen.opened[1]);
    EXPECT_TRUE(turn_until([&] { return seen.opened.size() == links + 2; }, 60'000));
    EXPECT_TRUE(clients.back()->is_connected());
}

TEST_F(LwipTransport, HandshakeRightBehindAnEndFindsThatPlace) {
    std::vector<std::pair<std::unique_ptr<LwipClient>, Link>> clients;
    for (std::size_t i = 0; i < links; ++i)
        clients.push_back(open());
    transport.close(clients[3].second);
    ASSERT_TRUE(turn_until([&] { return clients[3].first->saw_end(); }));
    clients[3].first->finish();
    const auto next = connect();  // the same browser, as it asks for more
    ASSERT_TRUE(turn_until([&] { return seen.opened.size() == links + 1; }, 100)) << "not repeated";
    EXPECT_EQ(seen.closed, std::vector{clients[3].second});
    EXPECT_TRUE(next->is_connected());
}

/// All of a handshake, and what follows, comes before the transport can tell of anything.
TEST(LwipTransportWithoutDelay, NewcomerTakesThePlaceOfAnEndThatIsStillToBeTold) {
    VirtualLink wire({.delay_ms_min = 0, .delay_ms_max = 0});
    ports::LwipTransport transport(wire, 1);
    ASSERT_TRUE(transport.listen(80));
    Seen seen;
    LwipClient first(VirtualLink::peer_v4(), 80);
    transport.poll(seen, 0);
    ASSERT_EQ(seen.opened.size(), 1U);
    transport.close(0);
    wire.exchange(0);  // it sees our end
    first.finish();
    LwipClient second(VirtualLink::peer_v4(), 80);
    second.send("hello");
    wire.exchange(0);
    ASSERT_TRUE(second.is_connected());
    EXPECT_TRUE(seen.closed.empty());
    LwipClient third(VirtualLink::peer_v4(), 80);
    transport.poll(seen, 0);
    EXPECT_EQ(seen.closed, std::vector<Link>{0});
    EXPECT_EQ(seen.opened, (std::vector<Link>{0, 0}));
    EXPECT_EQ(seen.readable.back(), 0);
    std::array<char, 16> room{};
    const auto received = transport.read(0, room);
    EXPECT_EQ(received.bytes, 5U);
    EXPECT_FALSE(received.end) << "that was the one before";
    EXPECT_FALSE(third.is_connected()) << "there is one place";

    transport.close(0);
    wire.exchange(0);
    second.finish();
    LwipClient fourth(VirtualLink::peer_v4(), 80);
    wire.exchange(0);
    ASSERT_TRUE(fourth.is_connected());
    fourth.reset();
    transport.poll(seen, 0);
    EXPECT_EQ(seen.closed, (std::vector<Link>{0, 0})) << "who came and went untold is not told of";
    EXPECT_EQ(seen.opened.size(), 2U);
    LwipClient fifth(VirtualLink::peer_v4(), 80);
    transport.poll(seen, 0);
    EXPECT_EQ(seen.opened.size(), 3U);
}

TEST_F(LwipTransport, ClientThatComesAgainFromTheSamePortIsHeardAtItsSecondTry) {
    constexpr std::uint16_t port = 50'000;
    {
        LwipClient client(VirtualLink::peer_v4(), 80, port);
        ASSERT_TRUE(turn_until([&] { return seen.opened.size() == 1; }));
        transport.close(seen.opened[0]);
        ASSERT_TRUE(turn_until([&] { return client.saw_end(); }));
        client.finish();
        ASSERT_TRUE(turn_until([&] { return seen.closed.size() == 1; }));
        turn_for(10);
    }
    ASSERT_NE(tcp_tw_pcbs, nullptr) << "it never came to it";
    LwipClient again(VirtualLink::peer_v4(), 80, port);
    EXPECT_TRUE(turn_until([&] { return again.is_connected(); }, 5'000)) << "it asks again after 3 s";
    EXPECT_FALSE(again.saw_reset());
}

TEST_F(LwipTransport, HandshakesThatNobodyCompletesHoldNoLink) {
    {
        const auto vanished = connect();  // its pcb is gone before the answer comes
    }
    turn_for(100);
    EXPECT_TRUE(seen.opened.empty());
    std::vector<std::unique_ptr<LwipClient>> clients;
    for (std::size_t i = 0; i < links; ++i)
        clients.push_back(connect());
    EXPECT_TRUE(turn_until([&] { return seen.opened.size() == links; }));
}

/// A client sends a full window in segments of random sizes up to this, while the server does not read.
class WindowOnLwip : public LwipTransport, public testing::WithParamInterface<unsigned> {
protected:
    void expect_that_it_is_kept_whole() {
        std::mt19937 random(1);
        const auto [client, link] = open();
        const auto before = lwip_stats.memp[MEMP_PBUF_POOL]->used;
        std::string all;
        while (all.size() < TCP_WND) {
            const auto size = std::min(TCP_WND - all.size(), 1 + random() % GetParam());
            const std::string piece(size, static_cast<char>('a' + all.size() % 26));
            all += piece;
            client->send(piece);
            transport.poll(seen, 0);
        }
        turn_for(20);  // what was lost would be repeated after 250 ms
        held = lwip_stats.memp[MEMP_PBUF_POOL]->used - before;
        std::string got(all.size() + 1, '?');
        got.resize(transport.read(link, got).bytes);
        EXPECT_TRUE(got == all) << got.size() << " of " << all.size() << " bytes came";
    }
    std::size_t held = 0;  ///< packets of the pool, at the end
};

TEST_P(WindowOnLwip, IsKeptWholeAndFillsThePacketsOfThePool) {
    expect_that_it_is_kept_whole();
    constexpr auto bytes_in_each = PBUF_POOL_BUFSIZE - PBUF_LINK_HLEN - PBUF_IP_HLEN - PBUF_TRANSPORT_HLEN;
    EXPECT_LE(held, TCP_WND / bytes_in_each + 1U);
}

TEST_P(WindowOnLwip, IsKeptWholeWhenItsPacketsAreADrivers) {
    wire.packets_are_the_drivers = true;
    expect_that_it_is_kept_whole();
    EXPECT_LE(wire.drivers_packets_at_most(), BOARDWALK_LWIP_UNREAD_PBUFS + 2U)
        << "of those on their way two";
}

/// What fills a gap brings all that came behind it: a chain of packets, in each of them a byte or more.
TEST(LwipTransportInDisorder, ALinkKeepsNoMorePacketsOfThePoolThanItMay) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        VirtualLink wire({.seed = seed, .delay_ms_min = 1, .delay_ms_max = 4});
        ports::LwipTransport transport(wire, 1);
        ASSERT_TRUE(transport.listen(80));
        Seen seen;
        LwipClient client(VirtualLink::peer_v4(), 80);
        while (!client.is_connected())
            transport.poll(seen, 50);
        const auto before = lwip_stats.memp[MEMP_PBUF_POOL]->used;
        std::mt19937 random(seed);
        std::string all;
        while (all.size() < TCP_WND) {
            const auto size = random() % 2 == 0 ? 1 : 1 + random() % TCP_MSS;
            const std::string piece(std::min<std::size_t>(TCP_WND - all.size(), size),
                                    static_cast<char>('a' + all.size() % 26));
            all += piece;
            client.send(piece);
            transport.poll(seen, 0);
        }
        for (const auto end_us = wire.now_us() + 60'000'000; wire.now_us() < end_us;)
            transport.poll(seen, 50);  // what found no place was sent again
        EXPECT_LE(lwip_stats.memp[MEMP_PBUF_POOL]->used - before, BOARDWALK_LWIP_UNREAD_PBUFS) << seed;
        std::string got(all.size() + 1, '?');
        got.resize(transport.read(0, got).bytes);
        ASSERT_TRUE(got == all) << got.size() << " of " << all.size() << " bytes came, seed " << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(SegmentsUpTo, WindowOnLwip, testing::Values(1, 2, 60, 264, 700, 1'000, TCP_MSS));

TEST_F(LwipTransport, ConnectionsInTimeWaitMakeWayForNewOnes) {
    constexpr std::size_t more_than_there_are_pcbs = 2 * MEMP_NUM_TCP_PCB;
    const auto began_us = wire.now_us();
    for (std::size_t i = 0; i < more_than_there_are_pcbs; ++i) {
        const auto [client, link] = open();
        ASSERT_TRUE(client->is_connected()) << i;
        transport.close(link);  // the side that closes first goes through TIME_WAIT
        client->finish();
        ASSERT_TRUE(turn_until([&] { return seen.closed.size() == i + 1; })) << i;
    }
    EXPECT_LT(wire.now_us() - began_us, 2 * TCP_MSL * 1'000ULL) << "somebody waited for TIME_WAIT's end";
}

TEST_F(LwipTransport, WhatNobodyAcknowledgesIsGivenUpInTheEnd) {
    const auto [client, link] = open();
    turn_for(1'000);
    const auto heap = lwip_stats.mem.used;
    const auto segments = lwip_stats.memp[MEMP_TCP_SEG]->used;
    ASSERT_EQ(transport.write(link, std::string(4'000, 'x'), Lifetime::copied, false), 4'000U);
    wire.set_loss_percent(100);
    transport.close(link);
    ASSERT_TRUE(turn_until([&] { return !seen.closed.empty(); })) << "from here on it is lwIP's";
    turn_for(limits::repeated_ms_max - 2'000);
    EXPECT_GE(lwip_stats.mem.used, heap + 4'000) << "a radio link may come back";
    turn_for(4'000);
    EXPECT_LE(lwip_stats.mem.used, heap);
    EXPECT_LE(lwip_stats.memp[MEMP_TCP_SEG]->used, segments);
}

TEST_F(LwipTransport, FixedBytesAreSentByReference) {
    const auto [client, link] = open();
    static const std::string asset(4'096, 'a');
    const auto before = lwip_stats.mem.used;
    ASSERT_EQ(transport.write(link, asset, Lifetime::fixed, false), asset.size());
    const auto referenced = lwip_stats.mem.used - before;
    EXPECT_LT(referenced, 512U);
    std::string got;
    EXPECT_TRUE(turn_until([&, c = client.get()] { return (got += c->receive()) == asset; }));

    turn_for(1'000);
    ASSERT_EQ(transport.write(link, asset, Lifetime::copied, false), asset.size());
    EXPECT_GE(lwip_stats.mem.used - before, asset.size()) << "else this measures nothing";
}

TEST_F(LwipTransport, HeadAndFixedBytesShareASegment) {
    const auto [client, link] = open();
    const auto before = wire.count().sent;
    ASSERT_EQ(transport.write(link, "head", Lifetime::copied, true), 4U);
    EXPECT_EQ(wire.count().sent, before) << "more is to follow at once";
    ASSERT_EQ(transport.write(link, " and body", Lifetime::fixed, false), 9U);
    EXPECT_EQ(wire.count().sent, before + 1);
    std::string got;
    EXPECT_TRUE(turn_until([&, c = client.get()] { return (got += c->receive()) == "head and body"; }));
}

TEST_F(LwipTransport, ManySmallFramesLeaveRoomForAMessageOrSaySo) {
    const auto [client, link] = open();
    std::size_t frames = 0;
    while (transport.unacknowledged(link) <= limits::websocket_unacknowledged_bytes_max) {
        ASSERT_EQ(transport.write(link, "frame!", Lifetime::copied, false), 6U) << frames;
        ++frames;
        ASSERT_LT(frames, 1'000U);
    }
    EXPECT_GT(frames, 8U);
    const std::string frame(limits::websocket_frame_bytes_max, 'm');
    EXPECT_EQ(transport.write(link, frame, Lifetime::copied, false), frame.size());
}

TEST_F(LwipTransport, ClientThatGoesBeforeItIsAnnouncedIsNeverToldOf) {
    auto client = connect();
    for (int turns = 0; turns < 100 && !client->is_connected(); ++turns)
        wire.exchange(1);  // packets move, and no event is raised
    client->send("x");
    client->reset();
    for (int turns = 0; turns < 10; ++turns)
        wire.exchange(1);
    turn_for(100);
    EXPECT_TRUE(seen.opened.empty());
    EXPECT_TRUE(seen.closed.empty());
    std::vector<std::unique_ptr<LwipClient>> clients;
    for (std::size_t i = 0; i < links; ++i)
        clients.push_back(open().first);
    EXPECT_EQ(seen.opened.size(), links) << "its link is free again";
}

}  // namespace
}  // namespace boardwalk::test
