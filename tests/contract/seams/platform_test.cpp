#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "firmware/ports/linux/computer/linux_platform.hpp"
#include "firmware/ports/mps2/mps2_platform.hpp"
#include "firmware/ports/template/machine.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"
#include "tests/simulation/virtual_workers.hpp"
#include "tests/support/app_doubles.hpp"
#include "tests/support/lwip/virtual_link.hpp"

/// What firmware/app/platform.hpp promises. Whether a blocked console delays the loop is tested with whole
/// boards (tests/integration/console_test.py).
namespace boardwalk::test {
namespace {

/// An object that lives as long as the process, or as long as what it depends on.
using Owner = std::shared_ptr<app::Platform>;
Owner borrowed(app::Platform& platform) {
    return {&platform, [](app::Platform*) {}};
}

/// The bare board's, on a machine that this computer plays (host_machine.cpp).
struct BareMetal {
    BareMetal() { EXPECT_TRUE(ports::seed_random()); }
    VirtualLink wire;
    ports::SntpClock clock{wire};
    ports::Mps2Platform platform{clock};
};

struct Simulated {
    VirtualClock clock;
    simulation::VirtualPlatform platform{clock, Random(1)};
};

template <class Machine>
Owner part_of() {
    const auto machine = std::make_shared<Machine>();
    return {machine, &machine->platform};
}

struct Factory {
    const char* name;
    std::function<Owner()> make;
};

class PlatformContract : public ::testing::TestWithParam<Factory> {
protected:
    void SetUp() override { platform = GetParam().make(); }
    Owner platform;
};

TEST_P(PlatformContract, TheClockNeverGoesBack) {
    auto before = platform->now_ms();
    for (int i = 0; i < 10'000; ++i) {
        const auto now = platform->now_ms();
        ASSERT_GE(now, before);
        before = now;
    }
}

TEST_P(PlatformContract, TheTimeOfDayIsTodayOrUnknown) {
    constexpr std::int64_t from_ms = 1'700'000'000'000, to_ms = 4'000'000'000'000;
    const auto time = platform->utc_ms();
    if (!time) return;
    EXPECT_GT(*time, from_ms);
    EXPECT_LT(*time, to_ms);
}

TEST_P(PlatformContract, RandomFillsAnyNumberOfBytesAndNeverTheSame) {
    const bool counts = std::string_view(GetParam().name) == "Double";  // its bytes are a test's to foretell
    std::set<std::vector<std::uint8_t>> seen;
    for (const std::size_t size : {8U, 9U, 16U, 63U, 64U, 65U, 256U}) {
        // Each byte differs from zero at some time: none is left out.
        std::vector<bool> touched(size);
        for (int i = 0; i < 64; ++i) {
            std::vector<std::uint8_t> bytes(size);
            platform->random(bytes);
            for (std::size_t at = 0; at < size; ++at)
                touched[at] = touched[at] || bytes[at] != 0;
            EXPECT_TRUE(seen.insert(bytes).second || counts);
        }
        EXPECT_TRUE(std::ranges::all_of(touched, std::identity()) || counts) << size;
    }
    platform->random({});
}

TEST_P(PlatformContract, TheLeastFreeMemoryIsNoMoreThanWhatIsFree) {
    const auto heap = platform->heap();
    if (!heap.free_bytes || !heap.minimum_free_bytes) return;
    EXPECT_LE(*heap.minimum_free_bytes, *heap.free_bytes);
}

TEST_P(PlatformContract, LinesOfAnyLevelAndLengthAreTakenAndLostOnesOnlyAreCounted) {
    using app::LogLevel;
    const auto before = platform->log_lines_dropped();
    for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
        platform->log(level, "");
        platform->log(level, std::string(limits::log_text_bytes_max, 'x'));
    }
    EXPECT_LE(platform->log_lines_dropped() - before, 8U);
}

INSTANTIATE_TEST_SUITE_P(
    Ports, PlatformContract,
    ::testing::Values(Factory{"Computer",
                              [] { return std::make_unique<ports::LinuxPlatform>(app::LogLevel::error); }},
                      Factory{"Template", [] { return std::make_unique<ports::SimplePlatform>(); }},
                      Factory{"BareMetal", part_of<BareMetal>}, Factory{"Simulation", part_of<Simulated>},
                      Factory{"Chip", [] { return borrowed(chip_platform()); }},
                      Factory{"Double", [] { return std::make_unique<FakePlatform>(); }}),
    [](const auto& factory) { return factory.param.name; });

}  // namespace
}  // namespace boardwalk::test
