#include "firmware/app/model/greenhouse.hpp"

#include <gtest/gtest.h>

#include <array>

namespace boardwalk::test {

class GreenhouseTest : public ::testing::Test {
protected:
    enum { temperature, humidity, light };
    enum { heater, fan, lamp, shade, mist };
    using Values = std::array<double, 3>;

    /// The readings after so many seconds in steps of `step_ms`.
    Values after(double seconds, std::uint64_t step_ms = 1'000) {
        const auto end = now + static_cast<std::uint64_t>(seconds * 1'000);
        do {
            greenhouse.sample(now, outputs, values);
            outputs[mist] = 0;
            now += step_ms;
        } while (now <= end);
        now = end;
        return values;
    }

    app::Greenhouse greenhouse;
    std::uint64_t now = 5'000;
    std::array<double, 5> outputs{};
    Values values{};
};

TEST_F(GreenhouseTest, UntouchedItComesToRest) {
    after(300);
    const auto rest = values;
    after(60);
    EXPECT_NEAR(values[temperature], rest[temperature], 0.01);
    EXPECT_NEAR(values[humidity], rest[humidity], 0.01);
    EXPECT_NEAR(values[temperature], 22, 0.1);
}

TEST_F(GreenhouseTest, TheHeaterWarmsWithinSecondsAndDriesTheAir) {
    const auto before = after(300);
    outputs[heater] = 1;
    after(3);
    EXPECT_GT(values[temperature], before[temperature] + 1);
    EXPECT_LT(values[humidity], before[humidity] - 1);
    after(300);
    EXPECT_NEAR(values[temperature], 38, 0.1);
    outputs[heater] = 0;
    after(300);
    EXPECT_NEAR(values[temperature], before[temperature], 0.1);
}

TEST_F(GreenhouseTest, TheFanCoolsAndDriesTheMoreTheFasterItTurns) {
    const auto before = after(300);
    outputs[fan] = 50;
    const auto half = after(300);
    outputs[fan] = 100;
    const auto full = after(300);
    EXPECT_LT(half[temperature], before[temperature] - 1);
    EXPECT_LT(full[temperature], half[temperature] - 0.5);
    EXPECT_LT(half[humidity], before[humidity] - 1);
    EXPECT_LT(full[humidity], half[humidity] - 1);
}

TEST_F(GreenhouseTest, TheLampShowsAtOnceAndWarmsALittle) {
    const auto before = after(300);
    outputs[lamp] = 1;
    after(2);
    EXPECT_GT(values[light], before[light] + 5'000);
    after(300);
    EXPECT_NEAR(values[temperature], before[temperature] + 2, 0.1);
}

TEST_F(GreenhouseTest, TheShadeTakesLightAndWarmth) {
    const auto open = after(300);
    outputs[shade] = 1;
    const auto half = after(300);
    outputs[shade] = 2;
    const auto closed = after(300);
    EXPECT_NEAR(half[light], open[light] / 2, 1);
    EXPECT_LT(closed[light], half[light]);
    EXPECT_LT(half[temperature], open[temperature]);
    EXPECT_LT(closed[temperature], half[temperature]);
}

TEST_F(GreenhouseTest, EachPressOfMistAddsMoistureWhichGoesAgain) {
    const auto before = after(300);
    outputs[mist] = 1;
    after(0);
    EXPECT_NEAR(values[humidity], before[humidity] + 12, 0.5);
    outputs[mist] = 100;
    after(0);
    EXPECT_LE(values[humidity], 100);
    after(300);
    EXPECT_NEAR(values[humidity], before[humidity], 0.5);
}

TEST_F(GreenhouseTest, HowOftenItIsSampledMakesNoDifference) {
    app::Greenhouse seldom;
    outputs = {1, 30, 1, 0, 0};
    std::array<double, 3> other{};
    seldom.sample(now, outputs, other);
    const auto begin = now;
    after(20, 100);
    seldom.sample(begin + 20'000, outputs, other);
    for (std::size_t i = 0; i < other.size(); ++i)
        EXPECT_NEAR(values[i], other[i], 0.2);
}

TEST_F(GreenhouseTest, ALongPauseIsCaughtUpInBoundedTime) {
    outputs[heater] = 1;
    after(0);
    now += 1'000'000'000'000;
    greenhouse.sample(now, outputs, values);
    EXPECT_NEAR(values[temperature], 38, 0.5);
}

}  // namespace boardwalk::test
