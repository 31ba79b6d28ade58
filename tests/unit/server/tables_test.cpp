#include <gtest/gtest.h>

#include <vector>

#include "firmware/server/pools/buffer_queue.hpp"
#include "firmware/server/pools/link_table.hpp"
#include "firmware/server/pools/loop_clock.hpp"
#include "firmware/server/pools/slot_table.hpp"
#include "firmware/server/pools/waiting_line.hpp"

/// The server's parts, each by itself.
namespace boardwalk::test {
namespace {

using server::BufferQueue;
using server::Ending;
using server::LinkStage;
using server::LinkTable;
using server::LoopClock;
using server::SlotTable;
using server::WaitingLine;

TEST(WaitingLine, FirstComeFirstServedAndEachOnce) {
    WaitingLine line(3);
    EXPECT_TRUE(line.empty());
    line.push(7, 100);
    line.push(5, 200);
    line.push(7, 300);
    EXPECT_EQ(line.size(), 2U);
    EXPECT_EQ(line.front(), 7U);
    EXPECT_EQ(line.front_since_us(), 100U) << "it goes on waiting";
    line.remove(9);
    line.remove(7);
    EXPECT_EQ(line.front(), 5U);
    EXPECT_TRUE(line.holds(5));
    EXPECT_FALSE(line.holds(7));
}

TEST(LoopClock, MillisecondsFollowMicrosecondsAlsoAfterALongSleep) {
    for (const std::uint64_t start_us :
         {std::uint64_t{0}, std::uint64_t{999}, std::uint64_t{5'000'000'000}}) {
        LoopClock clock(start_us);
        for (const std::uint64_t step_us :
             {1ULL, 999ULL, 1'000ULL, 4'294'967'295ULL, 4'294'967'296ULL, 1ULL}) {
            const auto before_ms = clock.short_ms();
            const auto now_us = clock.us() + step_us;
            clock.set(now_us);
            EXPECT_EQ(clock.us(), now_us);
            EXPECT_EQ(clock.ms(), now_us / 1'000);
            EXPECT_EQ(clock.ms_since(before_ms), clock.short_ms() - before_ms);
        }
    }
}

TEST(LoopClock, ATurnBeginsWithItsFirstEvent) {
    LoopClock clock(1'000);
    clock.begin_turn();
    clock.set(2'000);
    clock.set(3'000);
    EXPECT_EQ(clock.turn_us(), 2'000U);
    clock.begin_turn();
    clock.set(4'000);
    EXPECT_EQ(clock.turn_us(), 4'000U);
}

TEST(LinkTable, OnlySparePlacesAreLeftWhenItIsFull) {
    LinkTable links(5, 2);
    for (transport::Link link = 0; link < 5; ++link) {
        EXPECT_EQ(links.is_full(), link >= 3) << link;
        links.open(link, 10);
    }
    EXPECT_EQ(links.open_count(), 5U);
    EXPECT_EQ(links.lobby_count(), 5U);
    links.detach(0, Ending::finished, 20);
    EXPECT_EQ(links.lobby_count(), 4U);
    EXPECT_EQ(links.open_count(), 5U) << "until the network says that it is gone";
    links.close(0);
    links.close(1);
    EXPECT_TRUE(links.is_full());
    links.close(2);
    EXPECT_FALSE(links.is_full());
}

TEST(LinkTable, ALinkLeavesTheLineWithItsSlotOrItsEnd) {
    LinkTable links(3, 0);
    for (transport::Link link = 0; link < 3; ++link) {
        links.open(link, 10);
        links.wait(link, 1'000U + link);
    }
    links.give_slot(1, 4);
    EXPECT_EQ(links[1].stage, LinkStage::in_slot);
    EXPECT_EQ(links[1].slot, 4U);
    links.detach(0, Ending::refused, 20);
    EXPECT_EQ(links.waiting().front(), 2U);
    EXPECT_EQ(links.waiting().size(), 1U);
    EXPECT_EQ(links.lobby_count(), 1U);
    EXPECT_EQ(links[0].since_ms, 20U);
}

TEST(LinkTable, TheFirstEndingCountsAndEachLinkOnce) {
    LinkTable links(2, 0);
    links.open(0, 0);
    links.set_ending(0, Ending::evicted);
    links.set_ending(0, Ending::timed_out);
    links.detach(0, Ending::reset, 1);
    links.open(1, 0);
    links.detach(1, Ending::reset, 1);
    const auto& totals = links.totals();
    EXPECT_EQ(totals.accepted, 2U);
    EXPECT_EQ(totals.evicted, 1U);
    EXPECT_EQ(totals.timed_out, 0U);
    for (std::size_t ending = 0; ending < server::ending_names.size(); ++ending)
        EXPECT_EQ(totals.closed_by_ending[ending], ending == static_cast<std::size_t>(Ending::evicted) ||
                                                           ending == static_cast<std::size_t>(Ending::reset)
                                                       ? 1U
                                                       : 0U);
}

TEST(SlotTable, ASlotWhoseConnectionEndedChangesHandsOnlyAfterTheSweep) {
    SlotTable slots(2);
    auto* const first = slots.take();
    auto* const second = slots.take();
    first->connection.open();
    second->connection.open();
    const auto id = slots.id_of(*first);
    EXPECT_EQ(slots.find(id), first);
    EXPECT_EQ(slots.take(), nullptr);
    slots.end(*first);
    EXPECT_EQ(slots.find(id), nullptr) << "its name is forgotten at once";
    EXPECT_EQ(first->state(), connection::State::free) << "and nothing more is done with it";
    EXPECT_EQ(slots.in_use(), 1U);
    EXPECT_FALSE(slots.any_free());
    EXPECT_EQ(slots.take(), nullptr);
    slots.sweep();
    EXPECT_TRUE(slots.any_free());
    EXPECT_EQ(slots.take(), first);
    EXPECT_EQ(slots.find(id), nullptr);
    EXPECT_EQ(slots.id_of(*first).generation, id.generation + 1);
}

TEST(SlotTable, SlotsAreGivenInTurn) {
    SlotTable slots(3);
    for (std::size_t number = 0; number < 6; ++number) {
        auto* const s = slots.take();
        EXPECT_EQ(slots.number_of(*s), number % 3);
        slots.end(*s);
        slots.sweep();
    }
}

TEST(SlotTable, MarkedSlotsAreServedOnceAndNewMarksWait) {
    SlotTable slots(3);
    auto* const s = slots.take();
    auto* const other = slots.take();
    slots.mark_ready(*other);
    slots.mark_ready(*s);
    slots.mark_ready(*s);
    std::vector<server::Slot*> served;
    const auto serve = [&](server::Slot& slot) {
        served.push_back(&slot);
        if (&slot == s) slots.mark_yielded(slot);
    };
    slots.serve_ready(serve);
    EXPECT_EQ(served, (std::vector<server::Slot*>{s, other}));
    EXPECT_FALSE(slots.any_ready());
    slots.serve_ready(serve);
    EXPECT_EQ(served.size(), 2U);
    EXPECT_TRUE(slots.any_yielded());
    slots.serve_yielded(serve);
    EXPECT_EQ(served.size(), 3U);
    EXPECT_TRUE(slots.any_yielded()) << "it has yielded again";
}

TEST(SlotTable, MarksOfAnEndedSlotAreNotThoseOfItsNextUse) {
    SlotTable slots(1);
    auto* const s = slots.take();
    slots.mark_ready(*s);
    slots.end(*s);
    slots.sweep();
    EXPECT_EQ(slots.take(), s);
    slots.serve_ready([](server::Slot&) { FAIL(); });
}

TEST(BufferQueue, ABufferGoesToTheFirstInLine) {
    BufferQueue buffers(1, 4, 0);
    char* const buffer = buffers.borrow(0);
    ASSERT_NE(buffer, nullptr);
    for (const auto slot : std::vector<std::uint16_t>{3, 1, 3}) {
        EXPECT_EQ(buffers.borrow(slot), nullptr);
        buffers.wait(slot, 100U + slot);
    }
    EXPECT_EQ(buffers.waits_total(), 2U) << "each wait counts once";
    EXPECT_EQ(buffers.waiting().front(), 3U);
    buffers.give_back(buffer, 1);
    EXPECT_EQ(buffers.borrow(1), nullptr) << "another was first";
    EXPECT_EQ(buffers.borrow(2), nullptr);
    char* const again = buffers.borrow(3);
    EXPECT_NE(again, nullptr);
    EXPECT_EQ(buffers.waiting().front(), 1U);
    buffers.leave(1);
    EXPECT_TRUE(buffers.waiting().empty());
    buffers.give_back(again, 2);
}

TEST(BufferQueue, TheFirstMayGoToTheEndAndIsNotCountedAnew) {
    BufferQueue buffers(1, 4, 0);
    for (const auto slot : std::vector<std::uint16_t>{1, 2})
        buffers.wait(slot, 100);
    buffers.move_to_end(300);
    EXPECT_EQ(buffers.waiting().front(), 2U);
    buffers.leave(2);
    EXPECT_EQ(buffers.waiting().front_since_us(), 300U);
    EXPECT_EQ(buffers.waits_total(), 2U);
}

TEST(BufferQueue, BuffersBeyondTheBaselineAreFreedOnceNoneWasInUseForLong) {
    BufferQueue buffers(4, 4, 0);
    std::vector<char*> taken;
    for (std::uint16_t slot = 0; slot < 4; ++slot)
        taken.push_back(buffers.borrow(slot));
    buffers.maintain(limits::buffers_shrink_after_ms);
    EXPECT_EQ(buffers.pool().allocated(), 4U) << "they are in use";
    for (char* const buffer : taken)
        buffers.give_back(buffer, limits::buffers_shrink_after_ms);
    buffers.maintain(2 * limits::buffers_shrink_after_ms - 1);
    EXPECT_EQ(buffers.pool().allocated(), 4U);
    buffers.maintain(2 * limits::buffers_shrink_after_ms);
    EXPECT_EQ(buffers.pool().allocated(), limits::buffers_baseline);
}

}  // namespace
}  // namespace boardwalk::test
