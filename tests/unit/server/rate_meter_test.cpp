#include "firmware/server/contention/rate_meter.hpp"

#include <gtest/gtest.h>

#include "firmware/limits.hpp"

namespace boardwalk::test {
namespace {

using server::RateMeter;

constexpr std::uint32_t credit_ms = 1'000;
constexpr std::uint32_t rate = 256;

/// A meter that began at 5,000 ms, with 100 bytes.
RateMeter begun() {
    RateMeter meter;
    meter.begin(5'000, 100, credit_ms);
    return meter;
}

TEST(RateMeter, WithoutAByteTheCreditLastsItsMaximum) {
    auto meter = begun();
    meter.update(5'999, 100, rate, credit_ms);
    EXPECT_FALSE(meter.is_stalled());
    meter.update(6'000, 100, rate, credit_ms);
    EXPECT_TRUE(meter.is_stalled());
    meter.update(6'000, 101, rate, credit_ms);
    EXPECT_FALSE(meter.is_stalled()) << "a byte later makes good again";
}

TEST(RateMeter, ByteFillsUpTheTimeInWhichItMovesAtTheMinimumRate) {
    auto meter = begun();
    meter.update(6'000, 100 + 64, rate, credit_ms);  // 250 ms
    EXPECT_FALSE(meter.is_stalled());
    meter.update(6'249, 164, rate, credit_ms);
    EXPECT_FALSE(meter.is_stalled());
    meter.update(6'250, 164, rate, credit_ms);
    EXPECT_TRUE(meter.is_stalled());
}

TEST(RateMeter, AtAHigherRateTheSameBytesFillUpLess) {
    auto meter = begun();
    meter.update(6'000, 164, 4 * rate, credit_ms);  // 62.5 ms
    meter.update(6'062, 164, rate, credit_ms);
    EXPECT_FALSE(meter.is_stalled());
    meter.update(6'063, 164, rate, credit_ms);
    EXPECT_TRUE(meter.is_stalled());
}

TEST(RateMeter, WhatMovedAtFirstCountsNoLongerThanTheMaximum) {
    for (const std::uint32_t bytes : {1'000U, 4'294U, 4'295U, 1'000'000U, UINT32_MAX}) {
        auto meter = begun();
        meter.update(5'000, 100 + bytes, rate, credit_ms);
        meter.update(5'999, 100 + bytes, rate, credit_ms);
        EXPECT_FALSE(meter.is_stalled()) << bytes;
        meter.update(6'000, 100 + bytes, rate, credit_ms);
        EXPECT_TRUE(meter.is_stalled()) << bytes;
    }
}

TEST(RateMeter, SteadyBytesAtTheRateNeverStallHoweverOftenItIsAsked) {
    for (const std::uint32_t step_ms : {125U, 500U}) {
        auto meter = begun();
        std::uint32_t total = 100;
        for (std::uint32_t ms = 5'000 + step_ms; ms < 60'000; ms += step_ms) {
            total += rate * step_ms / 1'000;
            meter.update(ms, total, rate, credit_ms);
            EXPECT_FALSE(meter.is_stalled()) << ms;
            EXPECT_FALSE(meter.was_slow()) << ms;
        }
    }
}

TEST(RateMeter, WholeWindowBelowTheMinimumIsSlow) {
    constexpr auto window_ms = limits::progress_window_ms;
    constexpr auto enough = limits::progress_bytes_per_s_min * (window_ms / 1'000);
    for (const std::uint32_t bytes : {0U, enough - 1, enough, enough + 1}) {
        auto meter = begun();
        meter.update(5'000 + window_ms - 1, 100 + bytes, rate, credit_ms);
        EXPECT_FALSE(meter.was_slow()) << "the window is not over";
        meter.update(5'000 + window_ms, 100 + bytes, rate, credit_ms);
        EXPECT_EQ(meter.was_slow(), bytes < enough) << bytes;
        EXPECT_EQ(meter.window_began_ms(), 5'000 + window_ms);
        meter.update(5'000 + 2 * window_ms - 1, 100 + bytes, rate, credit_ms);
        EXPECT_EQ(meter.was_slow(), bytes < enough) << "until the next one is over";
        meter.update(5'000 + 2 * window_ms, 100 + bytes + enough, rate, credit_ms);
        EXPECT_FALSE(meter.was_slow());
    }
}

TEST(RateMeter, ClocksAndTotalsThatWrapMakeNoDifference) {
    RateMeter meter;
    meter.begin(UINT32_MAX - 499, UINT32_MAX - 31, credit_ms);
    meter.update(499, 32, rate, credit_ms);  // 999 ms, 64 bytes
    EXPECT_FALSE(meter.is_stalled());
    meter.update(749, 32, rate, credit_ms);
    EXPECT_FALSE(meter.is_stalled());
    meter.update(750, 32, rate, credit_ms);
    EXPECT_TRUE(meter.is_stalled());
}

TEST(RateMeter, PauseOfWeeksIsAStallAndNoOverflow) {
    auto meter = begun();
    meter.update(5'000 + 4'000'000'000U, 101, rate, credit_ms);
    EXPECT_TRUE(meter.is_stalled() || meter.was_slow());
}

}  // namespace
}  // namespace boardwalk::test
