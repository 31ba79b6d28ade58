#include <lwip/mem.h>
#include <lwip/memp.h>
#include <lwip/pbuf.h>
#include <lwip/stats.h>

#include <array>
#include <cstdint>
#include <string>

#include "firmware/limits.hpp"
#include "tests/unit/lwip/transport_house.hpp"

/// What becomes of clients when others hold nearly all of lwIP's memory.
namespace boardwalk::test {
namespace {

/// One of lwIP's memories: how much of it is left, and a piece of it.
struct Memory {
    std::size_t (*left)();
    void* (*take)();
    void (*give)(void*);
};

/// Received packets.
constexpr Memory packets = {
    [] { return std::size_t{PBUF_POOL_SIZE} - lwip_stats.memp[MEMP_PBUF_POOL]->used; },
    []() -> void* { return pbuf_alloc(PBUF_RAW, 1, PBUF_POOL); },
    [](void* packet) { pbuf_free(static_cast<pbuf*>(packet)); }};
/// What TCP notes of a segment that it may have to repeat.
constexpr Memory segments = {
    [] { return std::size_t{MEMP_NUM_TCP_SEG} - lwip_stats.memp[MEMP_TCP_SEG]->used; },
    [] { return memp_malloc(MEMP_TCP_SEG); }, [](void* segment) { memp_free(MEMP_TCP_SEG, segment); }};
/// The heap, where copies of answers are, in blocks of so many bytes.
template <std::size_t block_bytes>
constexpr Memory heap = {[] { return std::size_t{lwip_stats.mem.avail} - lwip_stats.mem.used; },
                         [] { return mem_malloc(block_bytes); }, mem_free};

/// Holds all of a memory but so much, as if it were that small.
class AllBut {
public:
    explicit AllBut(const Memory& memory, std::size_t left = 0) : memory_(memory) {
        while (memory.left() > left) {
            void* piece = memory.take();
            if (piece == nullptr) break;
            pieces_.push_back(piece);
        }
    }
    AllBut(const AllBut&) = delete;
    AllBut& operator=(const AllBut&) = delete;
    ~AllBut() {
        for (void* piece : pieces_)
            memory_.give(piece);
    }

private:
    const Memory& memory_;
    std::vector<void*> pieces_;
};

class LwipMemory : public LwipTransport {
protected:
    /// One client fewer than there are links. Each sends more than its window, while the server does not
    /// read.
    std::vector<std::unique_ptr<LwipClient>> greedy_clients() {
        std::vector<std::unique_ptr<LwipClient>> clients;
        for (std::size_t i = 0; i + 1 < links; ++i) {
            clients.push_back(open().first);
            clients.back()->send(much);
        }
        turn_for(5'000);
        return clients;
    }
    const std::string much = std::string(3 * TCP_WND, 'g');
};

TEST_F(LwipMemory, WhenAllOthersHoldWhatTheyMayANewClientIsHeardAtOnceAndNothingIsLost) {
    const AllBut pool(packets, links * BOARDWALK_LWIP_SEGMENT_PBUFS + BOARDWALK_LWIP_TRANSIENT_PBUFS + 2);
    const auto refused_before = lwip_stats.memp[MEMP_PBUF_POOL]->err;
    const auto greedy = greedy_clients();
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

TEST_F(LwipMemory, WithoutAnyToPutADriversPacketsTogetherOneMoreIsRefusedAndComesAgain) {
    wire.packets_are_the_drivers = true;
    const auto [client, link] = open();
    std::string all;
    for (int byte = 0; byte < 2 * BOARDWALK_LWIP_UNREAD_PBUFS; ++byte) {
        all += static_cast<char>('a' + byte);
        client->send(all.substr(all.size() - 1));
    }
    std::array<char, 64> room;
    std::string got;
    {
        const AllBut short_of(heap<64>);
        turn_for(20);
        got.append(room.data(), transport.read(link, room).bytes);
        EXPECT_EQ(got.size(), BOARDWALK_LWIP_UNREAD_PBUFS);
    }
    const auto read_all = [&, link = link] {
        got.append(room.data(), transport.read(link, room).bytes);
        return got == all;
    };
    EXPECT_TRUE(turn_until(read_all, 100'000));
}

TEST_F(LwipMemory, WhatIsSentAgainIsAcknowledgedAgainThoughOthersHoldThePool) {
    const AllBut pool(packets, links * BOARDWALK_LWIP_SEGMENT_PBUFS + BOARDWALK_LWIP_TRANSIENT_PBUFS + 2);
    const auto [client, link] = open();
    const auto greedy = greedy_clients();
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

TEST_F(LwipMemory, WriteWithoutMemoryGoesOnWhenThereIsSome) {
    const auto [client, link] = open();
    const std::string answer(4'000, 'x');
    {
        const AllBut blocks(heap<1'000>), crumbs(heap<16>);
        EXPECT_EQ(transport.write(link, answer, Lifetime::copied, false), answer.size())
            << "from the reserve";
        EXPECT_FALSE(transport.takes_message(link));
        EXPECT_EQ(transport.write(link, answer, Lifetime::copied, false), 0U);
    }
    EXPECT_TRUE(turn_until([&] { return !seen.writable.empty(); }, 1'000));
    EXPECT_TRUE(turn_until([&, link = link] { return transport.takes_message(link); }));
    EXPECT_EQ(transport.write(link, answer, Lifetime::copied, false), answer.size());
    std::string got;
    EXPECT_TRUE(turn_until([&, c = client.get()] { return (got += c->receive()) == answer + answer; }));
}

TEST_F(LwipMemory, MessageThatIsPromisedToBeTakenIsTakenWholeThoughOthersHaveAllMemory) {
    const auto [client, link] = open();
    const std::string message(limits::websocket_frame_bytes_max, 'm');
    for (int round = 0; round < 5; ++round) {
        ASSERT_TRUE(turn_until([&, link = link] { return transport.takes_message(link); })) << round;
        {
            const AllBut blocks(heap<200>), rest(segments);
            ASSERT_TRUE(transport.takes_message(link));
            ASSERT_EQ(transport.write(link, message, Lifetime::copied, false), message.size()) << round;
            EXPECT_FALSE(transport.takes_message(link)) << "there is nothing for another one";
        }
        std::string got;
        ASSERT_TRUE(turn_until([&, c = client.get()] { return (got += c->receive()) == message; })) << round;
    }
}

TEST_F(LwipMemory, MemoryThatAnotherLinkGivesBackIsThereAtOnce) {
    const auto [reader, other] = open();
    const auto [client, link] = open();
    const std::string text(2'000, 'x');
    ASSERT_EQ(transport.write(other, text.substr(1'000), Lifetime::copied, true), 1'000U);
    const AllBut taken(heap<256>, 2'000);
    const std::string reserve(limits::websocket_frame_bytes_max, 'y');
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

TEST_F(LwipMemory, AnswersLeaveMemoryForHandshakes) {
    const auto [client, link] = open();
    const AllBut taken(heap<256>, 4'000);
    while (transport.write(link, std::string(100, 'x'), Lifetime::copied, true) > 0) {
    }
    const auto next = connect();
    EXPECT_TRUE(turn_until([&] { return seen.opened.size() == 2; }, 100)) << "not repeated";
}

TEST_F(LwipMemory, AnswersLeaveSegmentsForHandshakes) {
    const auto [client, link] = open();
    const auto [other, second] = open();
    wire.set_loss_percent(100);  // neither acknowledges anything
    const AllBut taken(segments, links + 20);
    for (const auto asker : {link, second}) {
        for (int answer = 0; answer < 40; ++answer)
            (void)transport.write(asker, "a short answer", Lifetime::copied, false);
    }
    ASSERT_LT(MEMP_NUM_TCP_SEG - lwip_stats.memp[MEMP_TCP_SEG]->used, links + 8U) << "it never came to it";
    wire.set_loss_percent(0);
    const auto next = connect();
    EXPECT_TRUE(turn_until([&] { return seen.opened.size() == 3; }, 100)) << "not repeated";
}

TEST_F(LwipMemory, EndThatFoundNoMemoryIsSentWhenThereIsSome) {
    const auto [client, link] = open();
    {
        const AllBut crumbs(heap<16>);
        transport.close(link);
    }
    EXPECT_TRUE(turn_until([&, c = client.get()] { return c->saw_end(); }));
}

}  // namespace
}  // namespace boardwalk::test
