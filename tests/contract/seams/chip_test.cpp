#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "tests/esp32s3/seams/chip_seams.hpp"

/// What the ESP32-S3's port promises beside what all ports do.
namespace boardwalk::test {
namespace {

using app::LogLevel;

class ChipConsoleTest : public ::testing::Test {
protected:
    void SetUp() override { (void)lines_until("begin"); }
    void TearDown() override { shut_uart(false); }
    /// What comes out until a line of that text does.
    std::vector<std::string> lines_until(const std::string& text) {
        platform.log(LogLevel::info, text);
        std::vector<std::string> all;
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (std::chrono::steady_clock::now() < until) {
            for (auto& line : take_uart_lines())
                all.push_back(std::move(line));
            if (std::ranges::find(all, "boardwalk: " + text) != all.end()) return all;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        ADD_FAILURE() << text << " never came out";
        return all;
    }
    app::Platform& platform = chip_platform();
};

TEST_F(ChipConsoleTest, AUartThatTakesNothingCostsLinesAndNotTheLoopsTime) {
    const auto dropped = platform.log_lines_dropped();
    shut_uart(true);
    platform.log(LogLevel::info, "first");
    while (!uart_is_waited_for())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    constexpr std::size_t lines = 5'000, lost = lines - limits::chip_console_lines;
    for (std::size_t i = 0; i < lines; ++i)
        platform.log(LogLevel::info, "line");  // here the loop would stand still
    EXPECT_EQ(platform.log_lines_dropped() - dropped, lost);
    shut_uart(false);
    for (std::size_t out = 0; out < 1 + limits::chip_console_lines; out += take_uart_lines().size())
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(lines_until("end"),
              (std::vector<std::string>{"boardwalk: " + std::to_string(lost) + " lines were dropped",
                                        "boardwalk: end"}));
    EXPECT_EQ(platform.log_lines_dropped() - dropped, lost);
}

TEST_F(ChipConsoleTest, ALineComesOutAsItWasWrittenAndALongOneIsCut) {
    const std::string longest(limits::log_text_bytes_max, 'x');
    platform.log(LogLevel::warning, "50 % of %s");
    platform.log(LogLevel::info, longest);
    platform.log(LogLevel::info, longest + "y");
    const auto lines = lines_until("end");
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], "boardwalk: 50 % of %s");
    EXPECT_EQ(lines[1], "boardwalk: " + longest);
    EXPECT_EQ(lines[2], lines[1]);
}

class NvsTest : public ::testing::Test {
protected:
    void SetUp() override { erase_nvs(); }
    void TearDown() override { erase_nvs(); }
};

TEST_F(NvsTest, AWriteThatFailsLeavesTheOldContent) {
    const auto storage = open_nvs();
    ASSERT_TRUE(storage->write("settings.json", "old"));
    limit_nvs_writes(0);
    EXPECT_FALSE(storage->write("settings.json", "new"));
    EXPECT_TRUE(storage->set_aside("settings.json").empty());
    EXPECT_EQ(nvs_blob("boardwalk", "settings.json"), "old");
}

TEST_F(NvsTest, WhatIsSetAsideIsThereForPeopleToRead) {
    const auto storage = open_nvs();
    ASSERT_TRUE(storage->write("settings.json", "nonsense"));
    EXPECT_EQ(storage->set_aside("settings.json").view(), "boardwalk.old/settings.json");
    EXPECT_EQ(nvs_blob("boardwalk.old", "settings.json"), "nonsense");
}

TEST_F(NvsTest, ANameThatNoKeyHoldsIsNoFileAndTouchesNoOther) {
    const auto storage = open_nvs();
    const std::string name(16, 'n');
    EXPECT_FALSE(storage->write(name, "x"));
    EXPECT_EQ(nvs_blob("boardwalk", name.substr(1)), "");
}

}  // namespace
}  // namespace boardwalk::test
