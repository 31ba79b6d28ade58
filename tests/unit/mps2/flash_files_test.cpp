#include "firmware/ports/mps2/storage/flash_files.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/failing_flash.hpp"

namespace boardwalk::test {
namespace {

using ports::Flash;
using ports::FlashFiles;
using Found = app::Storage::Found;

class FourSectors : public FailingFlash {
public:
    FourSectors() : FailingFlash(4) {}
};

std::string read(FlashFiles& files, std::string_view name, Found expected = Found::yes) {
    std::string memory(Flash::sector_bytes, ' ');
    std::size_t size = 0;
    EXPECT_EQ(files.read(name, memory, size), expected) << name;
    return memory.substr(0, size);
}

}  // namespace

TEST(FlashFiles, AFileComesBackAsItWasWritten) {
    FourSectors flash;
    FlashFiles files(flash);
    read(files, "settings.json", Found::no);
    ASSERT_TRUE(files.write("settings.json", "{}"));
    ASSERT_TRUE(files.write("board-id", ""));
    ASSERT_TRUE(files.write("settings.json", "{\"name\":\"b\"}"));
    FlashFiles after_restart(flash);
    EXPECT_EQ(read(after_restart, "settings.json"), "{\"name\":\"b\"}");
    EXPECT_EQ(read(after_restart, "board-id"), "");
}

TEST(FlashFiles, AFileOfASectorFitsAndOneByteMoreDoesNot) {
    FourSectors flash;
    FlashFiles files(flash);
    const std::string largest(FlashFiles::file_bytes_max, 'x');
    EXPECT_TRUE(files.write("a", largest));
    EXPECT_FALSE(files.write("a", largest + "x"));
    EXPECT_EQ(read(files, "a"), largest);
    std::array<char, 8> small;
    std::size_t size = 0;
    EXPECT_EQ(files.read("a", small, size), Found::unreadable);
}

TEST(FlashFiles, APowerCutAtAnyStepLeavesTheOldContentOrTheNew) {
    const std::string before(40, 'a'), after(70, 'b');
    std::size_t cut = 0;
    for (bool whole = false; !whole; ++cut) {
        FourSectors flash;
        FlashFiles files(flash);
        ASSERT_TRUE(files.write("other", "kept"));
        for (int round = 0; round < 3; ++round)  // all sectors have been used
            ASSERT_TRUE(files.write("a", before));
        flash.steps_left = cut;
        whole = files.write("a", after);
        flash.steps_left = SIZE_MAX;
        FlashFiles restarted(flash);
        ASSERT_EQ(read(restarted, "a"), whole ? after : before) << "after " << cut << " steps";
        ASSERT_EQ(read(restarted, "other"), "kept");
        ASSERT_TRUE(restarted.write("a", "later"));
        ASSERT_EQ(read(restarted, "a"), "later");
    }
    EXPECT_EQ(cut, Flash::sector_bytes / FailingFlash::erased_in_a_step + FlashFiles::head_bytes +
                       after.size() + 1);
}

TEST(FlashFiles, OneBitThatFlippedTakesTheVersionBefore) {
    FourSectors flash;
    FlashFiles files(flash);
    ASSERT_TRUE(files.write("a", "first"));
    ASSERT_TRUE(files.write("a", "second"));
    const auto at = flash.cells.find("second");
    flash.cells[at] = static_cast<char>(flash.cells[at] ^ 1);
    EXPECT_EQ(read(files, "a"), "first");
}

TEST(FlashFiles, AllSectorsWearAlike) {
    FourSectors flash;
    FlashFiles files(flash);
    for (int i = 0; i < 400; ++i)
        ASSERT_TRUE(files.write("a", std::to_string(i)));
    EXPECT_EQ(flash.erased, (std::vector<int>{100, 100, 100, 100}));
}

TEST(FlashFiles, AFullFlashRefusesAndKeepsWhatItHas) {
    FourSectors flash;
    FlashFiles files(flash);
    for (const auto* name : {"a", "b", "c", "d"})
        ASSERT_TRUE(files.write(name, name));
    EXPECT_FALSE(files.write("e", "e"));
    EXPECT_FALSE(files.write("a", "again")) << "there is no sector for a second version";
    EXPECT_EQ(read(files, "a"), "a");
}

TEST(FlashFiles, ASectorThatCannotBeReadIsNotWrittenOver) {
    for (std::size_t sector = 0; sector < 4; ++sector) {
        FourSectors flash;
        FlashFiles files(flash);
        for (const auto* name : {"a", "b", "c"})
            ASSERT_TRUE(files.write(name, name));
        const auto before = flash.cells;
        flash.unreadable = {sector};
        for (int i = 0; i < 8; ++i)
            (void)files.write("new", std::to_string(i));
        flash.unreadable.clear();
        const auto at = sector * Flash::sector_bytes;
        EXPECT_EQ(flash.cells.compare(at, Flash::sector_bytes, before, at, Flash::sector_bytes), 0) << sector;
        for (const auto* name : {"a", "b", "c"})
            EXPECT_EQ(read(files, name), name) << "it was a moment's failure, of sector " << sector;
    }
}

TEST(FlashFiles, WhatIsWrittenWhileTheVersionBeforeCannotBeReadIsTheNewestOnceThatCan) {
    for (std::size_t sector = 0; sector < 4; ++sector) {
        for (int versions = 1; versions <= 8; ++versions) {
            FourSectors flash;
            FlashFiles files(flash);
            for (int i = 0; i < versions; ++i)
                ASSERT_TRUE(files.write("a", std::to_string(i)));
            flash.unreadable = {sector};
            ASSERT_TRUE(files.write("a", "new"));
            ASSERT_EQ(read(files, "a"), "new");
            flash.unreadable.clear();
            EXPECT_EQ(read(files, "a"), "new") << sector << " after " << versions;
            ASSERT_TRUE(files.write("a", "later"));
            EXPECT_EQ(read(files, "a"), "later");
        }
    }
}

TEST(FlashFiles, ASectorThatCannotBeWrittenIsPassedOver) {
    for (std::size_t sector = 0; sector < 4; ++sector) {
        FourSectors flash;
        FlashFiles files(flash);
        ASSERT_TRUE(files.write("kept", "yes"));
        flash.worn = {sector};
        for (int i = 0; i < 8; ++i) {
            ASSERT_TRUE(files.write("a", std::to_string(i))) << sector;
            ASSERT_EQ(read(files, "a"), std::to_string(i));
        }
        EXPECT_EQ(read(files, files.set_aside("a").view()), "7");
        EXPECT_EQ(read(files, "kept"), "yes");
    }
}

TEST(FlashFiles, AFileThatIsSetAsideIsKeptUnderAnotherName) {
    FourSectors flash;
    FlashFiles files(flash);
    EXPECT_TRUE(files.set_aside("settings.json").empty());
    const std::string content(1000, 'x');
    ASSERT_TRUE(files.write("settings.json", content));
    const auto kept = files.set_aside("settings.json");
    EXPECT_EQ(kept.view(), "settings.json.kept");
    EXPECT_EQ(read(files, kept.view()), content);
}

}  // namespace boardwalk::test
