#include <algorithm>
#include <cmath>

#include "tests/unit/app/app_fixture.hpp"

/// Devices that do not answer in time, on a clock that the test moves: what a device does within `sample`
/// happens beside it, as on another thread.
namespace boardwalk::test {

class LateDeviceTest : public AppTest {
protected:
    LateDeviceTest() {
        quick.reading_table = {{"speed", "Speed", "Bench", "speed", "m/s", 0, 10, 0}};
        quick.output_table = {};
        quick.values = {3};
        devices.push_back(&quick);
    }

    /// The loop and the other workers go on for so long.
    void go_on(std::uint64_t ms) {
        const auto until = platform.now + ms;
        while (platform.now < until) {
            due_ms = app->on_turn(++platform.now);
            workers.work();
            app->on_turn(platform.now);
        }
    }
    /// The device's next sample takes so long, and `meanwhile` is asked at its end.
    void hang(std::uint64_t ms, std::function<void()> meanwhile = [] {}) {
        device.on_sample = [this, ms, meanwhile, hangs = true]() mutable {
            if (!std::exchange(hangs, false)) return;
            go_on(ms);
            meanwhile();
        };
    }
    nlohmann::json reading(std::string_view id) {
        const auto state = ask("/api/v1/state").json();
        for (const auto& each : state["readings"])
            if (each["id"] == id) return each;
        ADD_FAILURE() << id;
        return {};
    }
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& line : platform.lines)
            if (line.starts_with("device: ")) lines.push_back(line);
        return lines;
    }

    ScriptedDevice quick;
    std::uint64_t due_ms = 0;
};

TEST_F(LateDeviceTest, ADeviceThatComesBackAfterAMinuteHoldsUpNoOther) {
    start();
    tick();
    ASSERT_EQ(reading("temperature")["status"], "ok");
    const int before = quick.samples;
    bool looked = false;
    hang(60'000, [&] {
        looked = true;
        EXPECT_GE(quick.samples - before, 60) << "each second";
        EXPECT_EQ(reading("speed")["status"], "ok");
        for (const auto* id : {"temperature", "pressure"}) {
            EXPECT_EQ(reading(id)["status"], "fault") << "and not stale, for a minute";
            EXPECT_TRUE(reading(id)["value"].is_null());
        }
        EXPECT_EQ(told(),
                  std::vector<std::string>{
                      "device: no answer since uptime 2.0 s: temperature pressure lamp fan shade mist"});
        EXPECT_EQ(ask(put("/api/v1/outputs/fan", R"({"value":40})")).status, 200);
    });
    tick();
    ASSERT_TRUE(looked);
    turn();
    EXPECT_EQ(device.last_outputs[1], 40) << "it is told what was set meanwhile";
    EXPECT_EQ(reading("temperature")["status"], "ok");
    EXPECT_EQ(reading("temperature")["value"], 21.4);
    ASSERT_EQ(told().size(), 2U);
    EXPECT_EQ(told()[1], "device: answers again after 60.0 s: temperature pressure lamp fan shade mist");
}

TEST_F(LateDeviceTest, AFaultShowsWhenTheDeadlineIsOverAndTheLoopAsksToBeWokenForIt) {
    start();
    tick();
    hang(limits::device_deadline_ms_default, [&] {
        EXPECT_EQ(reading("temperature")["status"], "ok");
        EXPECT_EQ(due_ms, platform.now + 1);
        go_on(1);
        EXPECT_EQ(reading("temperature")["status"], "fault");
        EXPECT_EQ(reading("speed")["status"], "ok");
    });
    tick();
}

TEST_F(LateDeviceTest, ASampleThatTakesItsWholeDeadlineCountsAndOneThatTakesMoreDoesNot) {
    start();
    tick();
    for (const bool own : {false, true}) {
        if (own) device.deadline = 2'500;
        device.values[0] = 30;
        hang(device.deadline);
        tick();
        EXPECT_EQ(reading("temperature")["value"], 30);
        EXPECT_TRUE(told().empty());
    }
    device.values[0] = 40;
    hang(device.deadline + 1);
    tick();
    EXPECT_EQ(reading("temperature")["status"], "fault") << "from which moment its value is, is not known";
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(LateDeviceTest, ADeviceThatIsLateEachTimeIsAFaultAllTheTimeAndToldOnce) {
    start();
    tick();
    bool slow = true;
    device.on_sample = [&] {
        if (slow) go_on(1'200);
    };
    for (int i = 0; i < 20; ++i) {
        tick();
        EXPECT_EQ(reading("temperature")["status"], "fault");
    }
    EXPECT_EQ(told().size(), 1U);
    slow = false;
    tick();
    EXPECT_EQ(reading("temperature")["status"], "ok");
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(LateDeviceTest, OnTheLoopItselfADeviceThatTookTooLongIsToldAfterwards) {
    device.immediate = true;
    devices.pop_back();
    start();
    tick();
    device.on_sample = [&, hangs = true]() mutable {
        if (std::exchange(hangs, false)) platform.now += 5'000;
    };
    app->on_turn(platform.now += 1'000);
    EXPECT_EQ(reading("temperature")["status"], "fault");
    ASSERT_EQ(told().size(), 1U);
    tick();
    EXPECT_EQ(reading("temperature")["status"], "ok");
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(LateDeviceTest, ADeviceThatWaitsForAWorkerIsNotLate) {
    start();
    tick();
    for (int i = 0; i < 10; ++i) {
        platform.now += 1'000;
        app->on_turn(platform.now);  // it is asked; no worker begins
    }
    EXPECT_EQ(reading("temperature")["status"], "stale");
    EXPECT_TRUE(told().empty());
    turn();
    EXPECT_EQ(reading("temperature")["status"], "stale") << "the moment of that sample was ten seconds ago";
    tick();
    EXPECT_EQ(reading("temperature")["status"], "ok");
    EXPECT_TRUE(told().empty());
}

TEST_F(LateDeviceTest, ADeviceThatNeverAnsweredIsAFaultAndLateOnlyFromItsFirstSampleOn) {
    start();
    EXPECT_EQ(reading("temperature")["status"], "stale");
    hang(1'001, [&] { EXPECT_EQ(reading("temperature")["status"], "fault"); });
    tick();
    EXPECT_EQ(told().size(), 1U);
}

TEST_F(LateDeviceTest, TheBoardSaysHowManyWorkersHangAndWhatIsLeft) {
    start();
    tick();
    EXPECT_FALSE(ask("/api/v1/diagnostics").json()["workers"].contains("overdue"));
    const auto workers_told = [&] {
        return std::ranges::count_if(platform.lines,
                                     [](const auto& line) { return line.starts_with("workers: "); });
    };
    EXPECT_EQ(workers_told(), 0);
    workers.overdue = 1;
    tick();
    tick();
    EXPECT_EQ(workers_told(), 1);
    EXPECT_THAT(platform.lines, ::testing::Contains("workers: 1 hangs, 2 are left, 1 for devices"));
    EXPECT_EQ(ask("/api/v1/diagnostics").json()["workers"]["overdue"], 1);
    EXPECT_THAT(ask("/metrics").body, ::testing::HasSubstr("boardwalk_workers_overdue 1\n"));
    workers.overdue = 0;
    tick();
    EXPECT_EQ(workers_told(), 2);
    EXPECT_THAT(ask("/metrics").body, ::testing::HasSubstr("boardwalk_workers_overdue 0\n"));
}

}  // namespace boardwalk::test
