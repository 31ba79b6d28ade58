#include "firmware/ports/mps2/storage/flash_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace boardwalk::test {
namespace {

using ports::Flash;
using ports::FlashFiles;
using Found = app::Storage::Found;

/// Flash whose power goes after so many steps: a byte is written, or this many are erased.
constexpr std::size_t erased_in_a_step = 256;

class FailingFlash final : public Flash {
public:
    [[nodiscard]] std::size_t sectors() const override { return 4; }
    [[nodiscard]] bool read(std::size_t address, std::span<char> bytes) override {
        std::copy_n(cells.begin() + static_cast<std::ptrdiff_t>(address), bytes.size(), bytes.begin());
        return true;
    }
    [[nodiscard]] bool erase(std::size_t sector) override {
        ++erased[sector];
        for (std::size_t i = 0; i < sector_bytes; i += erased_in_a_step) {
            if (!spend()) return false;
            std::fill_n(cells.begin() + static_cast<std::ptrdiff_t>(sector * sector_bytes + i),
                        erased_in_a_step, '\xff');
        }
        return true;
    }
    [[nodiscard]] bool program(std::size_t address, std::string_view bytes) override {
        for (const char byte : bytes) {
            if (!spend()) return false;
            auto& cell = cells[address++];
            cell = static_cast<char>(cell & byte);
        }
        return true;
    }

    std::string cells = std::string(4 * sector_bytes, '\xff');
    std::array<int, 4> erased{};
    std::size_t steps_left = SIZE_MAX;

private:
    bool spend() { return steps_left > 0 && steps_left-- > 0; }
};

std::string read(FlashFiles& files, std::string_view name, Found expected = Found::yes) {
    std::string memory(Flash::sector_bytes, ' ');
    std::size_t size = 0;
    EXPECT_EQ(files.read(name, memory, size), expected) << name;
    return memory.substr(0, size);
}

}  // namespace

TEST(FlashFiles, AFileComesBackAsItWasWritten) {
    FailingFlash flash;
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
    FailingFlash flash;
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
        FailingFlash flash;
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
    EXPECT_EQ(cut, Flash::sector_bytes / erased_in_a_step + FlashFiles::head_bytes + after.size() + 1);
}

TEST(FlashFiles, OneBitThatFlippedTakesTheVersionBefore) {
    FailingFlash flash;
    FlashFiles files(flash);
    ASSERT_TRUE(files.write("a", "first"));
    ASSERT_TRUE(files.write("a", "second"));
    const auto at = flash.cells.find("second");
    flash.cells[at] = static_cast<char>(flash.cells[at] ^ 1);
    EXPECT_EQ(read(files, "a"), "first");
}

TEST(FlashFiles, AllSectorsWearAlike) {
    FailingFlash flash;
    FlashFiles files(flash);
    for (int i = 0; i < 400; ++i)
        ASSERT_TRUE(files.write("a", std::to_string(i)));
    EXPECT_EQ(flash.erased, (std::array<int, 4>{100, 100, 100, 100}));
}

TEST(FlashFiles, AFullFlashRefusesAndKeepsWhatItHas) {
    FailingFlash flash;
    FlashFiles files(flash);
    for (const auto* name : {"a", "b", "c", "d"})
        ASSERT_TRUE(files.write(name, name));
    EXPECT_FALSE(files.write("e", "e"));
    EXPECT_FALSE(files.write("a", "again")) << "there is no sector for a second version";
    EXPECT_EQ(read(files, "a"), "a");
}

TEST(FlashFiles, AFileThatIsSetAsideIsKeptUnderAnotherName) {
    FailingFlash flash;
    FlashFiles files(flash);
    EXPECT_TRUE(files.set_aside("settings.json").empty());
    const std::string content(1000, 'x');
    ASSERT_TRUE(files.write("settings.json", content));
    const auto kept = files.set_aside("settings.json");
    EXPECT_EQ(kept.view(), "settings.json.kept");
    EXPECT_EQ(read(files, kept.view()), content);
}

}  // namespace boardwalk::test
