#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "firmware/app/model/telemetry.hpp"
#include "firmware/ports/linux/thread_workers.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"
#include "tests/support/app_doubles.hpp"

/// Devices that hang, on the threads of this computer and on the chip's tasks: one sleeps, one spins.
namespace boardwalk::test {
namespace {

using Clock = std::chrono::steady_clock;

class RealClock final : public app::Platform {
public:
    [[nodiscard]] std::uint64_t now_ms() const override {
        return static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count());
    }
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override { return std::nullopt; }
    void random(std::span<std::uint8_t>) override {}
    [[nodiscard]] Heap heap() const override { return {}; }
    void log(app::LogLevel, std::string_view text) override { lines.emplace_back(text); }

    std::vector<std::string> lines;
};

class Sensor final : public app::Device {
public:
    explicit Sensor(std::string_view id) : table_{{{id, id, "Bench", "count", "", 0, 1, 0}}} {}
    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override { return table_; }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
    [[nodiscard]] std::uint32_t deadline_ms() const override { return deadline; }
    void sample(std::uint64_t, std::span<const double>, std::span<double> values) override {
        ++begun;
        if (spins) {
            while (hangs) {
            }
        } else {
            hangs.wait(true);
        }
        values[0] = 1;
    }
    void answer() {
        hangs = false;
        hangs.notify_all();
    }

    std::atomic<bool> hangs = false;
    std::atomic<unsigned> begun = 0;
    bool spins = false;
    /// Of one that hangs. The others have so long that no load of this machine makes them late.
    std::uint32_t deadline = 600'000;

private:
    std::array<app::ReadingDescription, 1> table_;
};

struct Port {
    const char* name;
    std::function<server::Workers&()> workers;
    std::size_t hanging_max;  ///< devices that may hang while the others go on
};

std::vector<std::unique_ptr<ports::ThreadWorkers>>& threads() {
    static auto* const kept = new std::vector<std::unique_ptr<ports::ThreadWorkers>>;
    return *kept;
}

server::Workers& new_threads(unsigned count) {
    threads().push_back(std::make_unique<ports::ThreadWorkers>(count, [] {}));
    return *threads().back();
}

class HangingDevice : public ::testing::TestWithParam<Port> {
protected:
    template <class Done>
    bool turn_until(Done done) {
        const auto until = Clock::now() + std::chrono::seconds(30);
        while (!done() && Clock::now() < until) {
            workers.finish_jobs();
            telemetry.turn(clock.now_ms());
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return done();
    }
    app::ReadingStatus status(const Sensor& sensor) {
        return model.find_reading(sensor.readings()[0].id)->status;
    }
    /// The loop cannot leave a job behind.
    void TearDown() override {
        for (Sensor* sensor : {&first, &second, &third, &fourth})
            sensor->answer();
        EXPECT_TRUE(turn_until([&] {
            const auto usage = workers.usage();
            return usage.busy + usage.overdue + usage.queued == 0;
        }));
        workers.finish_jobs();
        threads().clear();
    }

    Sensor first{"first"}, second{"second"}, third{"third"}, fourth{"fourth"};
    RealClock clock;
    server::Workers& workers = GetParam().workers();
    app::Model model;
    app::History history;
    app::Log log{clock};
    const std::uint64_t started_ms = clock.now_ms();
    app::Telemetry telemetry{model, history, workers, clock, log, started_ms};
};

TEST_P(HangingDevice, TheOthersGoOnAndFlashIsWrittenInTime) {
    second.spins = true;
    std::array<Sensor*, 2> all_that_hang = {&first, &second};
    const auto hanging = std::span(all_that_hang).first(GetParam().hanging_max);
    for (Sensor* sensor : hanging) {
        sensor->deadline = 100;
        sensor->hangs = true;
    }
    for (Sensor* sensor : {&first, &second, &third, &fourth})
        ASSERT_TRUE(telemetry.add(*sensor));
    history.reserve(model.readings().size());
    telemetry.set_period(20, clock.now_ms());
    ASSERT_TRUE(turn_until([&] { return third.begun > 0 && fourth.begun > 0; }));
    for (const Sensor* sensor : hanging)
        EXPECT_TRUE(turn_until([&] { return status(*sensor) == app::ReadingStatus::fault; }));
    const unsigned before = third.begun;
    EXPECT_TRUE(turn_until([&] { return third.begun > before + 20; })) << "at their period";
    EXPECT_TRUE(turn_until([&] { return workers.usage().overdue == hanging.size(); }));
    struct Flash : server::Job {
        bool finished = false;
    } flash;
    flash.run = [](server::Job&) {};
    flash.finish = [](server::Job& job) { static_cast<Flash&>(job).finished = true; };
    ASSERT_TRUE(workers.submit(flash));
    EXPECT_TRUE(turn_until([&] { return flash.finished; }));
    EXPECT_EQ(clock.lines.size(), hanging.size());
    for (Sensor* sensor : hanging) {
        EXPECT_EQ(status(*sensor), app::ReadingStatus::fault);
        sensor->answer();
        EXPECT_TRUE(turn_until([&] { return status(*sensor) == app::ReadingStatus::ok; }));
    }
    EXPECT_TRUE(turn_until([&] { return workers.usage().overdue == 0; }));
}

INSTANTIATE_TEST_SUITE_P(
    Ports, HangingDevice,
    ::testing::Values(Port{"OneThread", []() -> server::Workers& { return new_threads(1); }, 2},
                      Port{"ThreeThreads", []() -> server::Workers& { return new_threads(3); }, 2},
                      Port{"Chip", []() -> server::Workers& { return chip_workers(3).workers; }, 1}),
    [](const auto& port) { return port.param.name; });

}  // namespace
}  // namespace boardwalk::test
