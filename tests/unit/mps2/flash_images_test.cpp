#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "firmware/app/crypto/sha256.hpp"
#include "firmware/ports/mps2/boot/flash_image_store.hpp"
#include "firmware/ports/mps2/boot/image_description.hpp"
#include "firmware/ports/mps2/storage/flash_files.hpp"
#include "tests/support/failing_flash.hpp"

namespace boardwalk::test {
namespace {

using app::Slot;
using ports::Flash;
using ports::FlashFiles;
using ports::FlashImageStore;
using ports::ImageDescription;
using ports::Start;
namespace layout = ports::layout;

constexpr std::string_view stamp = "0123456789abcdef0123456789abcdef01234567";

void put_word(std::string& bytes, std::size_t at, std::uint32_t word) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<char>(word >> 8 * i);
}

/// Vectors, description, and something that differs by version.
std::string payload_of(std::string_view version, std::size_t size = 3 * Flash::sector_bytes + 17) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 251 + static_cast<unsigned char>(version.back()));
    put_word(bytes, 0, layout::ram_begin + 0x3000);
    put_word(bytes, 4, layout::run_address + 0x101);
    bytes.replace(ImageDescription::magic_at, 8, ImageDescription::magic);
    put_word(bytes, ImageDescription::begin_at, layout::run_address);
    put_word(bytes, ImageDescription::behind_at, layout::run_address + static_cast<std::uint32_t>(size));
    bytes.replace(ImageDescription::version_at, ImageDescription::version_bytes,
                  std::string(version) + std::string(ImageDescription::version_bytes - version.size(), '\0'));
    return bytes;
}

app::ImageHeader header_of(const std::string& payload, std::string_view version) {
    app::Sha256 hash;
    hash.add(payload);
    return {.payload_bytes = static_cast<std::uint32_t>(payload.size()),
            .payload_sha256 = hash.value(),
            .version = cut(version),
            .model = "mps2-an386"};
}

int confirmations = 0;

/// A board from power-on to power-off. What is on the flash outlives it.
class Board {
public:
    explicit Board(FailingFlash& flash, std::string_view factory = stamp)
        : start(ports::choose_start(flash, factory)),
          flash_(flash),
          part_(layout::files(flash)),
          files_(part_),
          store(flash, files_, factory, start, [] { ++confirmations; }) {}

    /// As `Update` does it.
    bool update(const std::string& payload, std::string_view version) {
        if (!store.erase()) return false;
        for (std::size_t at = 0; at < payload.size(); at += Flash::sector_bytes) {
            if (!store.write(static_cast<std::uint32_t>(at),
                             std::string_view(payload).substr(at, Flash::sector_bytes)))
                return false;
        }
        return store.refusal(header_of(payload, version)).empty() && store.choose();
    }
    /// What runs: the factory image's is empty.
    std::string running() {
        if (start.slot == Slot::factory) return {};
        std::string memory(layout::payload_bytes_max, ' ');
        EXPECT_TRUE(ports::load(flash_, start.slot, memory));
        return memory.substr(0, ports::ImageSlot(flash_, start.slot).sealed().value_or(0));
    }

    Start start;

private:
    FailingFlash& flash_;
    ports::FlashPart part_;
    FlashFiles files_;

public:
    FlashImageStore store;
};

class FlashImages : public testing::Test {
protected:
    /// `steps`: until the power goes; all of them when there is none.
    template <class Action>
    std::size_t with_power_for(std::size_t steps, Action action) {
        flash.steps_left = steps;
        action();
        const auto used = steps - flash.steps_left;
        flash.steps_left = SIZE_MAX;
        return used;
    }

    FailingFlash flash{layout::sectors};
    const std::string one = payload_of("1.0.0"), two = payload_of("2.0.0");
};

}  // namespace

TEST_F(FlashImages, AnImageStartsOnceOnTrialAndStaysWhenItConfirmsItself) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    {
        Board trial(flash);
        EXPECT_EQ(trial.running(), one);
        EXPECT_TRUE(trial.store.on_trial());
        confirmations = 0;
        EXPECT_TRUE(trial.store.confirm());
        EXPECT_FALSE(trial.store.on_trial());
        EXPECT_EQ(confirmations, 1);
    }
    Board later(flash);
    EXPECT_EQ(later.running(), one);
    EXPECT_FALSE(later.store.on_trial());
    EXPECT_EQ(later.start.text(), "");
}

TEST_F(FlashImages, OneThatDoesNotConfirmItselfIsRolledBackForGoodAndThatIsSaid) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    EXPECT_EQ(Board(flash).running(), one);
    Board back(flash);
    EXPECT_EQ(back.running(), "");
    EXPECT_NE(back.start.text(), "");
    Board later(flash);
    EXPECT_EQ(later.running(), "");
    EXPECT_EQ(later.start.text(), "");
}

TEST_F(FlashImages, TheSlotsTakeTurnsAndTheOneThatRunsIsNotWritten) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    ASSERT_TRUE(Board(flash).store.confirm());
    ASSERT_TRUE(Board(flash).update(two, "2.0.0"));
    EXPECT_EQ(Board(flash).running(), two);
    EXPECT_EQ(Board(flash).running(), one);  // not confirmed
    ASSERT_TRUE(Board(flash).update(two, "2.0.0"));
    ASSERT_TRUE(Board(flash).store.confirm());
    EXPECT_EQ(Board(flash).running(), two);
}

TEST_F(FlashImages, AnImageThatFillsItsSlotIsLoadedWholeAndLeavesTheOtherAndTheFiles) {
    const auto largest = payload_of("3.0.0", layout::payload_bytes_max);
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    ASSERT_TRUE(Board(flash).store.confirm());
    ASSERT_TRUE(Board(flash).update(largest, "3.0.0"));
    EXPECT_EQ(Board(flash).running(), largest);
    EXPECT_EQ(Board(flash).running(), one);
    std::string small(100, ' ');
    EXPECT_FALSE(ports::load(flash, Slot::b, small));
}

TEST_F(FlashImages, APowerCutAtAnyStepOfAnUpdateLeavesAnImageThatIsWhole) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    ASSERT_TRUE(Board(flash).store.confirm());
    const auto before = flash.cells;
    const auto all = with_power_for(SIZE_MAX, [&] { ASSERT_TRUE(Board(flash).update(two, "2.0.0")); });

    // Both ends of each sector, each byte of head and record, and some by chance.
    std::set<std::size_t> cuts;
    const std::size_t a_sector = Flash::sector_bytes + Flash::sector_bytes / FailingFlash::erased_in_a_step;
    for (std::size_t edge = 0; edge <= all; edge += a_sector) {
        for (std::size_t beside = 0; beside < 20; ++beside)
            cuts.insert(edge + beside);
    }
    for (std::size_t last = 0; last <= 300; ++last)
        cuts.insert(all - last);
    std::mt19937 seeded(11);
    for (int i = 0; i < 100; ++i)
        cuts.insert(seeded() % all);

    int started = 0;
    for (const auto cut : cuts) {
        flash.cells = before;
        bool done = false;
        with_power_for(cut, [&] { done = Board(flash).update(two, "2.0.0"); });
        Board next(flash);
        ASSERT_EQ(next.running(), done ? two : one) << "after " << cut << " steps";
        ASSERT_EQ(next.store.on_trial(), done);
        ASSERT_EQ(next.start.text(), "") << "one that was cut is not chosen and given up";
        started += done ? 1 : 0;
    }
    EXPECT_EQ(started, 1) << "the one that was not cut";
}

TEST_F(FlashImages, APowerCutWhileATrialBeginsOrIsConfirmedLeavesTheOldOrTheNewOne) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    const auto chosen = flash.cells;
    const auto to_begin = with_power_for(SIZE_MAX, [&] { EXPECT_EQ(Board(flash).running(), one); });
    const auto begun = flash.cells;
    for (std::size_t cut = 0; cut <= to_begin; ++cut) {
        flash.cells = chosen;
        with_power_for(cut, [&] { (void)ports::choose_start(flash, stamp); });
        // Not yet noted down: it has its trial still. Noted down: that was it.
        EXPECT_EQ(Board(flash).running(), cut < to_begin ? one : "") << cut;
    }
    for (std::size_t cut = 0;; ++cut) {
        flash.cells = begun;
        bool confirmed = false;
        auto part = layout::files(flash);
        FlashFiles files(part);
        FlashImageStore store(flash, files, stamp, {.slot = Slot::a, .on_trial = true}, [] {});
        with_power_for(cut, [&] { confirmed = store.confirm(); });
        EXPECT_EQ(store.on_trial(), !confirmed);
        EXPECT_EQ(Board(flash).running(), confirmed ? one : "") << cut;
        if (confirmed) break;
    }
}

TEST_F(FlashImages, ASlotThatLostABitIsNotStarted) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    auto& cell = flash.cells[(layout::file_sectors + 2) * Flash::sector_bytes + 5];
    cell = static_cast<char>(cell ^ 4);
    Board refused(flash);
    EXPECT_EQ(refused.running(), "");
    EXPECT_FALSE(refused.store.on_trial());
    EXPECT_NE(refused.start.text(), "");
    cell = static_cast<char>(cell ^ 4);
    EXPECT_EQ(Board(flash).running(), "") << "it had its trial";

    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    ASSERT_TRUE(Board(flash).store.confirm());
    cell = static_cast<char>(cell ^ 4);
    Board lost(flash);
    EXPECT_EQ(lost.running(), "");
    EXPECT_EQ(lost.start.note, Start::Note::lost);
    EXPECT_TRUE(lost.update(two, "2.0.0"));
    EXPECT_EQ(Board(flash).running(), two);
}

TEST_F(FlashImages, OnAFlashThatCannotBeWrittenNothingIsTried) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    flash.steps_left = 0;
    Board board(flash);
    EXPECT_EQ(board.running(), "") << "it could not be taken back";
    EXPECT_FALSE(board.store.on_trial());
    EXPECT_FALSE(board.store.erase());
}

TEST_F(FlashImages, OtherFactoryFirmwareStartsWithItself) {
    ASSERT_TRUE(Board(flash).update(one, "1.0.0"));
    ASSERT_TRUE(Board(flash).store.confirm());
    Board newer(flash, "another");
    EXPECT_EQ(newer.running(), "");
    EXPECT_EQ(newer.start.text(), "");
}

TEST_F(FlashImages, WhatWasLinkedForAnotherMachineOrPlaceIsNotChosen) {
    const auto refused = [&](std::size_t at, std::uint32_t word) {
        auto payload = one;
        put_word(payload, at, word);
        return !Board(flash).update(payload, "1.0.0");
    };
    const auto size = static_cast<std::uint32_t>(one.size());
    EXPECT_FALSE(refused(0, layout::ram_end));
    EXPECT_TRUE(refused(0, layout::ram_end + 8)) << "stack beyond the RAM";
    EXPECT_TRUE(refused(0, layout::ram_begin)) << "no stack";
    EXPECT_TRUE(refused(0, layout::ram_begin + 4)) << "crooked stack";
    EXPECT_FALSE(refused(4, layout::run_address + size - 2));
    EXPECT_TRUE(refused(4, layout::run_address + size)) << "starts behind its end";
    EXPECT_TRUE(refused(4, layout::run_address + 0x100)) << "not in Thumb";
    EXPECT_TRUE(refused(4, 0x101)) << "starts in the boot stage";
    EXPECT_TRUE(refused(ImageDescription::magic_at, 0));
    EXPECT_TRUE(refused(ImageDescription::begin_at, 0));
    EXPECT_TRUE(refused(ImageDescription::behind_at, layout::run_address + size + 1)) << "not all of it";
    EXPECT_TRUE(refused(ImageDescription::behind_at, layout::run_address));
    EXPECT_FALSE(Board(flash).update(one, "1.0.1")) << "another version than the header says";
    EXPECT_FALSE(Board(flash).update(std::string(100, 'x'), "1.0.0")) << "too short for anything";
    EXPECT_FALSE(Board(flash).update("#!/bin/sh\n" + std::string(9'000, 'x'), "1.0.0"));
    EXPECT_EQ(Board(flash).running(), "") << "nothing of that was chosen";
}

TEST(Start, ReachesTheImageAsAWord) {
    for (const auto slot : {Slot::factory, Slot::a, Slot::b}) {
        for (const auto note : {Start::Note::none, Start::Note::rolled_back, Start::Note::lost}) {
            const auto start =
                Start::from_word(Start{.slot = slot, .on_trial = slot == Slot::b, .note = note}.word());
            EXPECT_EQ(start.slot, slot);
            EXPECT_EQ(start.on_trial, slot == Slot::b);
            EXPECT_EQ(start.note, note);
        }
    }
}

}  // namespace boardwalk::test
