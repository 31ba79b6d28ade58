#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "firmware/ports/mps2/storage/file_flash.hpp"
#include "firmware/ports/mps2/storage/flash_part.hpp"
#include "tests/contract/seams/folder.hpp"
#include "tests/support/failing_flash.hpp"

/// What firmware/ports/mps2/storage/flash.hpp promises.
namespace boardwalk::test {
namespace {

using ports::Flash;

constexpr std::size_t sectors = 4;

class FlashUnderTest {
public:
    virtual ~FlashUnderTest() = default;
    virtual Flash& flash() = 0;
    virtual void restart() {}
};

class Double final : public FlashUnderTest {
public:
    Flash& flash() override { return flash_; }

private:
    FailingFlash flash_{sectors};
};

class Part final : public FlashUnderTest {
public:
    Flash& flash() override { return part_; }
    ~Part() override {
        for (const auto sector : {std::size_t{0}, std::size_t{sectors + 1}})
            EXPECT_EQ(whole_.erased[sector], 0) << "a neighbour's";
    }

private:
    FailingFlash whole_{sectors + 2};
    ports::FlashPart part_{whole_, 1, sectors};
};

class InAFile final : public FlashUnderTest {
public:
    InAFile() { restart(); }
    Flash& flash() override { return *flash_; }
    void restart() override {
        flash_.reset();
        flash_ = std::make_unique<ports::FileFlash>((folder_.path + "/flash.bin").c_str(), sectors);
    }

private:
    Folder folder_;
    std::unique_ptr<ports::FileFlash> flash_;
};

struct Factory {
    const char* name;
    std::function<std::unique_ptr<FlashUnderTest>()> make;
};

class FlashContract : public ::testing::TestWithParam<Factory> {
protected:
    void SetUp() override { under_test = GetParam().make(); }
    Flash& flash() { return under_test->flash(); }
    std::string read(std::size_t address, std::size_t size) {
        std::string bytes(size, ' ');
        EXPECT_TRUE(flash().read(address, bytes));
        return bytes;
    }

    std::unique_ptr<FlashUnderTest> under_test;
};

TEST_P(FlashContract, ASectorThatWasErasedIsAllOnesAndItsNeighboursAreAsTheyWere) {
    EXPECT_EQ(flash().sectors(), sectors);
    for (std::size_t sector = 0; sector < sectors; ++sector)
        ASSERT_TRUE(flash().program(sector * Flash::sector_bytes, std::string(Flash::sector_bytes, '\x5a')));
    ASSERT_TRUE(flash().erase(1));
    EXPECT_EQ(read(0, Flash::sector_bytes), std::string(Flash::sector_bytes, '\x5a'));
    EXPECT_EQ(read(Flash::sector_bytes, Flash::sector_bytes), std::string(Flash::sector_bytes, '\xff'));
    EXPECT_EQ(read(2 * Flash::sector_bytes, Flash::sector_bytes), std::string(Flash::sector_bytes, '\x5a'));
}

TEST_P(FlashContract, ProgrammingClearsBitsAndSetsNone) {
    ASSERT_TRUE(flash().erase(0));
    ASSERT_TRUE(flash().program(3, "\x0f"));
    ASSERT_TRUE(flash().program(3, "\x3c"));
    EXPECT_EQ(read(2, 3), "\xff\x0c\xff");
    ASSERT_TRUE(flash().program(3, "\xff"));
    EXPECT_EQ(read(3, 1), "\x0c");
}

TEST_P(FlashContract, ARangeMayBeginAnywhereAndSpanSectors) {
    ASSERT_TRUE(flash().erase(0));
    ASSERT_TRUE(flash().erase(1));
    std::string text;
    for (int i = 0; i < 1'000; ++i)
        text += static_cast<char>(i * 7);
    ASSERT_TRUE(flash().program(Flash::sector_bytes - 333, text));
    EXPECT_EQ(read(Flash::sector_bytes - 333, text.size()), text);
    EXPECT_EQ(read(Flash::sector_bytes - 334, 1), "\xff");
}

TEST_P(FlashContract, WhatIsNotWithinTheFlashFailsAndWritesNothing) {
    const std::size_t end = sectors * Flash::sector_bytes;
    ASSERT_TRUE(flash().erase(sectors - 1));
    std::string two(2, ' ');
    EXPECT_TRUE(flash().read(end - 2, two));
    EXPECT_FALSE(flash().read(end - 1, two));
    EXPECT_FALSE(flash().read(end, two));
    EXPECT_FALSE(flash().read(~std::size_t{0} - 1, two)) << "an address that wraps";
    EXPECT_TRUE(flash().program(end - 2, "\xfe\xfe"));
    EXPECT_FALSE(flash().program(end - 1, std::string_view("\0\0", 2)));
    EXPECT_EQ(read(end - 2, 2), "\xfe\xfe");
    EXPECT_FALSE(flash().program(~std::size_t{0}, std::string_view("\0\0", 2)));
    EXPECT_FALSE(flash().erase(sectors));
    EXPECT_FALSE(flash().erase(~std::size_t{0} / Flash::sector_bytes + 1));
}

TEST_P(FlashContract, WhatWasWrittenIsThereAfterARestart) {
    ASSERT_TRUE(flash().erase(2));
    ASSERT_TRUE(flash().program(2 * Flash::sector_bytes, "kept"));
    under_test->restart();
    EXPECT_EQ(read(2 * Flash::sector_bytes, 5), "kept\xff");
}

INSTANTIATE_TEST_SUITE_P(Implementations, FlashContract,
                         ::testing::Values(Factory{"Double", [] { return std::make_unique<Double>(); }},
                                           Factory{"Part", [] { return std::make_unique<Part>(); }},
                                           Factory{"InAFile", [] { return std::make_unique<InAFile>(); }}),
                         [](const auto& factory) { return factory.param.name; });

}  // namespace
}  // namespace boardwalk::test
