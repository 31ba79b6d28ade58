#include "firmware/ports/lwip/lwip_transport.hpp"

#include <gtest/gtest.h>
#include <lwip/mem.h>
#include <lwip/memp.h>
#include <lwip/stats.h>

#include <array>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "firmware/limits.hpp"
#include "tests/support/lwip/client.hpp"
#include "tests/support/lwip/virtual_link.hpp"

/// What is lwIP's own in the transport on it: pools, admission, memory that is short. What it shares with
/// every other port the contract suite asks.
namespace boardwalk::test {
namespace {

using transport::Lifetime;
using transport::Link;

struct Seen final : transport::Events {
    std::vector<Link> opened, readable, writable, closed;
    void on_open(Link link) override { opened.push_back(link); }
    void on_readable(Link link) override { readable.push_back(link); }
    void on_writable(Link link) override { writable.push_back(link); }
    void on_closed(Link link, transport::CloseReason) override { closed.push_back(link); }
};

class LwipTransport : public testing::Test {
protected:
    static constexpr std::size_t links = 8;

    LwipTransport() { EXPECT_TRUE(transport.listen(80)); }

    std::unique_ptr<LwipClient> connect() { return std::make_unique<LwipClient>(VirtualLink::peer_v4(), 80); }
    /// Turns for so long on the virtual clock, or until `done`.
    template <typename Condition>
    bool turn_until(Condition done, std::uint64_t ms = 10'000) {
        const auto end = wire.now_us() + ms * 1'000;
        while (!done() && wire.now_us() < end)
            transport.poll(seen, 50);
        return done();
    }
    void turn_for(std::uint64_t ms) {
        (void)turn_until([] { return false; }, ms);
    }
    /// A client and its link.
    std::pair<std::unique_ptr<LwipClient>, Link> open() {
        const auto before = seen.opened.size();
        auto client = connect();
        EXPECT_TRUE(turn_until([&] { return seen.opened.size() > before; }));
        return {std::move(client), seen.opened.back()};
    }

    VirtualLink wire;
    ports::LwipTransport transport{wire, links};
    Seen seen;
};

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

TEST_F(LwipTransport, WindowIsKeptWholeHoweverItIsCutAndNothingHasToBeSentAgain) {
    constexpr auto bytes_in_each = PBUF_POOL_BUFSIZE - PBUF_LINK_HLEN - PBUF_IP_HLEN - PBUF_TRANSPORT_HLEN;
    std::mt19937 random(1);
    for (const unsigned largest : {1U, 2U, 60U, 264U, 700U, 1'000U, unsigned{TCP_MSS}}) {
        const auto [client, link] = open();
        const auto before = lwip_stats.memp[MEMP_PBUF_POOL]->used;
        std::string all;
        while (all.size() < TCP_WND) {
            const auto size = std::min(TCP_WND - all.size(), 1 + random() % largest);
            const std::string piece(size, static_cast<char>('a' + all.size() % 26));
            all += piece;
            client->send(piece);
            transport.poll(seen, 0);
        }
        turn_for(20);  // what was lost would be repeated after 250 ms
        EXPECT_LE(lwip_stats.memp[MEMP_PBUF_POOL]->used - before, TCP_WND / bytes_in_each + 1U) << largest;
        std::string got(all.size() + 1, '?');
        got.resize(transport.read(link, got).bytes);
        EXPECT_TRUE(got == all) << largest << ": " << got.size() << " of " << all.size() << " came";
        transport.abort(link);
        turn_for(20);
    }
}

TEST_F(LwipTransport, SegmentsOfOneByteInADriversOwnMemoryHoldFewPacketsAndAllArrive) {
    wire.packets_are_the_drivers = true;
    const auto [drip, link] = open();
    std::string all;
    for (int byte = 0; byte < 2 * BOARDWALK_LWIP_UNREAD_PBUFS; ++byte) {
        all += static_cast<char>('a' + byte % 26);
        drip->send(all.substr(all.size() - 1));
        turn_for(20);
    }
    std::array<char, 64> room;
    std::string got(room.data(), transport.read(link, room).bytes);
    EXPECT_EQ(got.size(), BOARDWALK_LWIP_UNREAD_PBUFS);
    const auto read_all = [&, link = link] {
        got.append(room.data(), transport.read(link, room).bytes);
        return got == all;
    };
    EXPECT_TRUE(turn_until(read_all, 100'000)) << "what was refused is sent again";
}

/// Takes all but so many of the pool of received packets, as if it were that small.
class ShortPool {
public:
    explicit ShortPool(std::size_t left) {
        while (PBUF_POOL_SIZE - lwip_stats.memp[MEMP_PBUF_POOL]->used > left)
            taken_.push_back(pbuf_alloc(PBUF_RAW, 1, PBUF_POOL));
    }
    ShortPool(const ShortPool&) = delete;
    ShortPool& operator=(const ShortPool&) = delete;
    ~ShortPool() {
        for (auto* packet : taken_)
            pbuf_free(packet);
    }

private:
    std::vector<pbuf*> taken_;
};

TEST_F(LwipTransport, WhenAllOthersHoldWhatTheyMayANewClientIsHeardAtOnceAndNothingIsLost) {
    const ShortPool pool(links * BOARDWALK_LWIP_SEGMENT_PBUFS + BOARDWALK_LWIP_TRANSIENT_PBUFS + 2);
    const auto refused_before = lwip_stats.memp[MEMP_PBUF_POOL]->err;
    std::vector<std::unique_ptr<LwipClient>> greedy;
    const std::string much(3 * TCP_WND, 'g');
    for (std::size_t i = 0; i + 1 < links; ++i) {
        greedy.push_back(open().first);
        greedy.back()->send(much);
    }
    turn_for(5'000);
    const auto held = lwip_stats.memp[MEMP_PBUF_POOL]->used;
    EXPECT_GE(held, PBUF_POOL_SIZE - BOARDWALK_LWIP_TRANSIENT_PBUFS - 2U) << "it never came to it";

    const auto began_us = wire.now_us();
    const auto [client, link] = open();
    client->send("hello");
    std::array<char, 64> room;
    std::string got;
    const auto heard = [&, link = link] {
        got.append(room.data(), transport.read(link, room).bytes);
        return got == "hello";
    };
    EXPECT_TRUE(turn_until(heard));
    EXPECT_LT(wire.now_us() - began_us, 50'000U) << "nothing of it had to be sent again";
    EXPECT_EQ(lwip_stats.memp[MEMP_PBUF_POOL]->err, refused_before) << "the pool was never empty";

    std::vector<std::size_t> bytes(greedy.size());
    const auto all_read = [&] {
        std::array<char, 4'096> rooms;
        for (std::size_t i = 0; i < greedy.size(); ++i)
            bytes[i] += transport.read(seen.opened[i], rooms).bytes;
        return bytes == std::vector(greedy.size(), much.size());
    };
    EXPECT_TRUE(turn_until(all_read, 100'000));
}

TEST_F(LwipTransport, WhatIsSentAgainIsAcknowledgedAgainThoughOthersHoldThePool) {
    const ShortPool pool(links * BOARDWALK_LWIP_SEGMENT_PBUFS + BOARDWALK_LWIP_TRANSIENT_PBUFS + 2);
    const auto [client, link] = open();
    std::vector<std::unique_ptr<LwipClient>> greedy;
    const std::string much(3 * TCP_WND, 'g');
    for (std::size_t i = 0; i + 1 < links; ++i) {
        greedy.push_back(open().first);
        greedy.back()->send(much);
    }
    turn_for(5'000);
    constexpr std::size_t almost_a_segment = TCP_MSS - 1;  // a whole one is acknowledged at once
    std::array<char, 2 * TCP_MSS> room;
    std::size_t got = 0;
    const auto heard = [&, link = link](std::size_t bytes) {
        got += transport.read(link, room).bytes;
        return got == bytes;
    };
    client->send(std::string(almost_a_segment, 'x'));
    ASSERT_TRUE(turn_until([&] { return heard(almost_a_segment); }));
    wire.set_loss_percent(100);  // the acknowledgement, too
    turn_for(5'000);
    wire.set_loss_percent(0);
    client->send("again");  // behind what has to be sent again
    EXPECT_TRUE(turn_until([&] { return heard(almost_a_segment + 5); }, 60'000));
}

TEST_F(LwipTransport, ConnectionsInTimeWaitMakeWayForNewOnes) {
    constexpr std::size_t more_than_there_are_pcbs = 2 * MEMP_NUM_TCP_PCB;
    const auto began_us = wire.now_us();
    for (std::size_t i = 0; i < more_than_there_are_pcbs; ++i) {
        const auto [client, link] = open();
        ASSERT_TRUE(client->is_connected()) << i;
        transport.close(link);  // who closes first is who waits
        client->finish();
        ASSERT_TRUE(turn_until([&] { return seen.closed.size() == i + 1; })) << i;
    }
    EXPECT_LT(wire.now_us() - began_us, 2 * TCP_MSL * 1'000ULL) << "somebody waited for TIME_WAIT's end";
}

TEST_F(LwipTransport, WriteWithoutMemoryGoesOnWhenThereIsSome) {
    const auto [client, link] = open();
    std::vector<void*> taken;
    while (void* block = mem_malloc(1'000))
        taken.push_back(block);
    while (void* block = mem_malloc(16))
        taken.push_back(block);
    const std::string answer(4'000, 'x');
    EXPECT_EQ(transport.write(link, answer, Lifetime::copied, false), answer.size()) << "from the reserve";
    EXPECT_FALSE(transport.takes_message(link));
    EXPECT_EQ(transport.write(link, answer, Lifetime::copied, false), 0U);
    for (void* block : taken)
        mem_free(block);
    EXPECT_TRUE(turn_until([&] { return !seen.writable.empty(); }, 1'000));
    EXPECT_TRUE(turn_until([&, link = link] { return transport.takes_message(link); }));
    EXPECT_EQ(transport.write(link, answer, Lifetime::copied, false), answer.size());
    std::string got;
    EXPECT_TRUE(turn_until([&, c = client.get()] { return (got += c->receive()) == answer + answer; }));
}

TEST_F(LwipTransport, MessageThatIsPromisedToBeTakenIsTakenWholeThoughOthersHaveAllMemory) {
    const auto [client, link] = open();
    const std::string message(limits::buffer_bytes, 'm');
    std::vector<void*> taken, segments;
    const auto take_all = [&] {
        while (void* block = mem_malloc(200))
            taken.push_back(block);
        while (void* segment = memp_malloc(MEMP_TCP_SEG))
            segments.push_back(segment);
    };
    const auto give_all_back = [&] {
        for (void* block : std::exchange(taken, {}))
            mem_free(block);
        for (void* segment : std::exchange(segments, {}))
            memp_free(MEMP_TCP_SEG, segment);
    };
    for (int round = 0; round < 5; ++round) {
        ASSERT_TRUE(turn_until([&, link = link] { return transport.takes_message(link); })) << round;
        take_all();
        ASSERT_TRUE(transport.takes_message(link));
        ASSERT_EQ(transport.write(link, message, Lifetime::copied, false), message.size()) << round;
        EXPECT_FALSE(transport.takes_message(link)) << "there is nothing for another one";
        give_all_back();
        std::string got;
        ASSERT_TRUE(turn_until([&, c = client.get()] { return (got += c->receive()) == message; })) << round;
    }
}

/// lwIP's heap but for about so much of it.
class HeapBut {
public:
    explicit HeapBut(std::size_t bytes) {
        while (lwip_stats.mem.avail - lwip_stats.mem.used > bytes)
            taken_.push_back(mem_malloc(256));
    }
    HeapBut(const HeapBut&) = delete;
    HeapBut& operator=(const HeapBut&) = delete;
    ~HeapBut() {
        for (void* block : taken_)
            mem_free(block);
    }

private:
    std::vector<void*> taken_;
};

TEST_F(LwipTransport, MemoryThatAnotherLinkGivesBackIsThereAtOnce) {
    const auto [reader, other] = open();
    const auto [client, link] = open();
    const std::string text(2'000, 'x');
    ASSERT_EQ(transport.write(other, text.substr(1'000), Lifetime::copied, true), 1'000U);
    const HeapBut taken(2'000);
    const std::string reserve(4'000, 'y');
    ASSERT_EQ(transport.write(other, reserve, Lifetime::copied, true), reserve.size());
    ASSERT_EQ(transport.write(link, text, Lifetime::copied, false), 0U);
    transport.close(other);  // what it has is sent, and acknowledged after a round trip
    std::size_t tries = 0, written = 0;
    const auto is_written = [&, link = link] {
        if (written == 0 && !std::exchange(seen.writable, {}).empty()) {
            ++tries;
            written = transport.write(link, text, Lifetime::copied, false);
        }
        return written > 0;
    };
    EXPECT_TRUE(turn_until(is_written, 100));
    EXPECT_LE(tries, 5U) << "once for each time that something came, not round and round";
}

TEST_F(LwipTransport, AnswersLeaveMemoryForHandshakes) {
    const auto [client, link] = open();
    const HeapBut taken(4'000);
    while (transport.write(link, std::string(100, 'x'), Lifetime::copied, true) > 0) {
    }
    const auto next = connect();
    EXPECT_TRUE(turn_until([&] { return seen.opened.size() == 2; }, 100)) << "not repeated";
}

/// lwIP's segments but for so many of them.
class SegmentsBut {
public:
    explicit SegmentsBut(std::size_t left) {
        while (MEMP_NUM_TCP_SEG - lwip_stats.memp[MEMP_TCP_SEG]->used > left)
            taken_.push_back(memp_malloc(MEMP_TCP_SEG));
    }
    SegmentsBut(const SegmentsBut&) = delete;
    SegmentsBut& operator=(const SegmentsBut&) = delete;
    ~SegmentsBut() {
        for (void* segment : taken_)
            memp_free(MEMP_TCP_SEG, segment);
    }

private:
    std::vector<void*> taken_;
};

TEST_F(LwipTransport, AnswersLeaveSegmentsForHandshakes) {
    const auto [client, link] = open();
    const auto [other, second] = open();
    wire.set_loss_percent(100);  // neither acknowledges anything
    const SegmentsBut taken(links + 20);
    for (const auto asker : {link, second}) {
        for (int answer = 0; answer < 40; ++answer)
            (void)transport.write(asker, "a short answer", Lifetime::copied, false);
    }
    ASSERT_LT(MEMP_NUM_TCP_SEG - lwip_stats.memp[MEMP_TCP_SEG]->used, links + 8U) << "it never came to it";
    wire.set_loss_percent(0);
    const auto next = connect();
    EXPECT_TRUE(turn_until([&] { return seen.opened.size() == 3; }, 100)) << "not repeated";
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

TEST_F(LwipTransport, EndThatFoundNoMemoryIsSentWhenThereIsSome) {
    const auto [client, link] = open();
    std::vector<void*> taken;
    while (void* block = mem_malloc(16))
        taken.push_back(block);
    transport.close(link);
    for (void* block : taken)
        mem_free(block);
    EXPECT_TRUE(turn_until([&, c = client.get()] { return c->saw_end(); }));
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
    EXPECT_EQ(transport.write(link, std::string(4'096, 'm'), Lifetime::copied, false), 4'096U);
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
