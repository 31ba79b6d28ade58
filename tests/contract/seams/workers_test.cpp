#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "firmware/limits.hpp"
#include "firmware/ports/linux/thread_workers.hpp"
#include "firmware/ports/mps2/loop_workers.hpp"
#include "firmware/ports/template/machine.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"
#include "tests/simulation/virtual_workers.hpp"
#include "tests/support/app_doubles.hpp"

/// What firmware/server/workers.hpp promises, of each port's workers.
namespace boardwalk::test {
namespace {

/// What a port's loop does with its workers.
class WorkersUnderTest {
public:
    virtual ~WorkersUnderTest() = default;
    virtual server::Workers& workers() = 0;
    /// Once a turn; waits a little where there are threads.
    virtual void turn() { workers().finish_jobs(); }
};

class Threads final : public WorkersUnderTest {
public:
    explicit Threads(unsigned count) : workers_(count, [this] { woken_ = true; }) {}
    server::Workers& workers() override { return workers_; }
    void turn() override {
        if (!woken_.exchange(false)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        workers_.finish_jobs();
    }

private:
    std::atomic<bool> woken_ = false;
    ports::ThreadWorkers workers_;
};

class Template final : public WorkersUnderTest {
public:
    server::Workers& workers() override { return workers_; }

private:
    ports::InlineWorkers workers_;
};

class BareMetal final : public WorkersUnderTest {
public:
    server::Workers& workers() override { return workers_; }

private:
    struct Link {
        void wake() { ++wakes; }
        unsigned wakes = 0;
    };
    Link link_;
    ports::LoopWorkers<Link> workers_{link_};
};

class Chip final : public WorkersUnderTest {
public:
    explicit Chip(unsigned count) : chip_(chip_workers(count)) {}
    server::Workers& workers() override { return chip_.workers; }
    void turn() override {
        if (!chip_.woken.exchange(false)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        workers().finish_jobs();
    }

private:
    ChipWorkers chip_;
};

/// The simulation's: a job takes virtual time, which passes while the network is polled.
class Virtual final : public WorkersUnderTest {
public:
    server::Workers& workers() override { return workers_; }
    void turn() override {
        network_.poll(none_, 1'000);
        workers_.finish_jobs();
    }

private:
    struct NoEvents final : transport::Events {
        void on_open(transport::Link) override {}
        void on_readable(transport::Link) override {}
        void on_writable(transport::Link) override {}
        void on_closed(transport::Link, transport::CloseReason) override {}
    };
    VirtualClock clock_;
    VirtualNetwork network_{clock_, Random(1), {}};
    simulation::HeapWatch heap_;
    NoEvents none_;
    simulation::VirtualWorkers workers_{clock_, network_, heap_, Random(2)};
};

class Hand final : public WorkersUnderTest {
public:
    server::Workers& workers() override { return workers_; }
    void turn() override { workers_.work(); }

private:
    HandWorkers workers_;
};

struct Factory {
    const char* name;
    std::function<std::unique_ptr<WorkersUnderTest>()> make;
    bool is_single = true;       ///< one job at a time
    bool counts_overdue = true;  ///< it can tell while a job hangs
};

struct Noted : server::Job {
    Noted() {
        Job::run = [](server::Job& job) {
            auto& self = static_cast<Noted&>(job);
            while (self.held != nullptr && self.held->load())
                std::this_thread::yield();
            ++self.runs;
            if (self.order != nullptr) self.order->push_back(self.number);
        };
        Job::finish = [](server::Job& job) {
            auto& self = static_cast<Noted&>(job);
            EXPECT_EQ(self.runs, self.finished + 1) << "once each, and run first";
            ++self.finished;
            self.finished_on = std::this_thread::get_id();
            if (self.then) self.then();
        };
    }
    int runs = 0, finished = 0, number = 0;
    std::atomic<bool>* held = nullptr;
    std::vector<int>* order = nullptr;
    std::thread::id finished_on;
    std::function<void()> then;
};

class WorkersContract : public ::testing::TestWithParam<Factory> {
protected:
    void SetUp() override { under_test = GetParam().make(); }
    [[nodiscard]] bool submit(server::Job& job) { return under_test->workers().submit(job); }
    template <class Done>
    void turn_until(Done done) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!done() && std::chrono::steady_clock::now() < until)
            under_test->turn();
        EXPECT_TRUE(done());
    }

    std::unique_ptr<WorkersUnderTest> under_test;
};

TEST_P(WorkersContract, AJobRunsOnceAndIsFinishedOnceOnTheLoopsThread) {
    Noted job;
    ASSERT_TRUE(submit(job));
    turn_until([&] { return job.finished == 1; });
    for (int i = 0; i < 10; ++i)
        under_test->turn();
    EXPECT_EQ(job.runs, 1);
    EXPECT_EQ(job.finished, 1);
    EXPECT_EQ(job.finished_on, std::this_thread::get_id());
}

TEST_P(WorkersContract, NothingIsFinishedBeforeTheNextTurn) {
    std::vector<std::unique_ptr<Noted>> jobs;
    for (std::size_t i = 0; i < limits::jobs_queued_max; ++i) {
        jobs.push_back(std::make_unique<Noted>());
        ASSERT_TRUE(submit(*jobs.back()));
        EXPECT_EQ(jobs.back()->finished, 0) << "submit returns first";
    }
    turn_until([&] { return std::ranges::all_of(jobs, [](const auto& job) { return job->finished == 1; }); });
}

TEST_P(WorkersContract, AJobMaySubmitItselfWhenItIsFinishedAndOthersHaveTheirTurn) {
    constexpr int times = 5'000;  // as many sectors as an image has
    Noted job;
    int depth = 0, turns = 0, turn_of_last = -1;
    job.then = [&] {
        EXPECT_EQ(depth++, 0) << "no call within a call";
        EXPECT_NE(turn_of_last, turns) << "not twice in a turn";
        turn_of_last = turns;
        const bool goes_on = job.finished == times || submit(job);
        EXPECT_TRUE(goes_on);
        --depth;
    };
    ASSERT_TRUE(submit(job));
    turn_until([&] { return ++turns, job.finished == times; });
}

TEST_P(WorkersContract, AFullQueueSaysSoAndWhatItRefusedIsNotDone) {
    std::atomic<bool> held = true;
    std::vector<std::unique_ptr<Noted>> jobs;
    bool taken = true;
    while (taken && jobs.size() < 10 * limits::jobs_queued_max) {
        jobs.push_back(std::make_unique<Noted>());
        jobs.back()->held = &held;
        taken = submit(*jobs.back());
    }
    if (taken) GTEST_SKIP() << "these workers take any number: a double that a test fills by hand";
    const auto refused = std::move(jobs.back());
    jobs.pop_back();
    EXPECT_GE(jobs.size(), limits::jobs_queued_max);
    EXPECT_LE(jobs.size(), limits::jobs_queued_max + under_test->workers().usage().max);
    held = false;
    turn_until([&] { return std::ranges::all_of(jobs, [](const auto& job) { return job->finished == 1; }); });
    EXPECT_EQ(refused->runs, 0);
    EXPECT_TRUE(submit(*refused)) << "there is room again";
    turn_until([&] { return refused->finished == 1; });
}

TEST_P(WorkersContract, UsageTellsWhatWaits) {
    EXPECT_GE(under_test->workers().usage().max, 1U);
    EXPECT_EQ(under_test->workers().usage().queued, 0U);
    Noted job;
    ASSERT_TRUE(submit(job));
    turn_until([&] { return job.finished == 1; });
    EXPECT_EQ(under_test->workers().usage().queued, 0U);
    EXPECT_EQ(under_test->workers().usage().busy, 0U);
    EXPECT_FALSE(under_test->workers().has_work());
}

/// With a single worker the order can be seen.
TEST_P(WorkersContract, JobsOfAKindBeginInTheOrderInWhichTheyCame) {
    if (!GetParam().is_single) GTEST_SKIP() << "two begin at once";
    std::vector<int> order;
    std::vector<std::unique_ptr<Noted>> jobs;
    for (int i = 0; i < static_cast<int>(limits::jobs_queued_max); ++i) {
        jobs.push_back(std::make_unique<Noted>());
        jobs.back()->number = i;
        jobs.back()->order = &order;
        ASSERT_TRUE(submit(*jobs.back()));
    }
    turn_until([&] { return jobs.back()->finished == 1; });
    EXPECT_TRUE(std::ranges::is_sorted(order));
    EXPECT_EQ(order.size(), jobs.size());
}

/// A hanging sensor is not in the way of what clients wait for, and an upload is not in that of the sensors.
TEST_P(WorkersContract, OthersBeginBeforeDevicesButNotTwiceInARow) {
    if (!GetParam().is_single) GTEST_SKIP() << "two begin at once";
    std::vector<int> order;
    std::vector<std::unique_ptr<Noted>> jobs;
    const auto add = [&](int number, server::JobKind kind) {
        jobs.push_back(std::make_unique<Noted>());
        jobs.back()->number = number;
        jobs.back()->order = &order;
        jobs.back()->kind = kind;
        ASSERT_TRUE(submit(*jobs.back()));
    };
    std::atomic<bool> held = true;
    Noted first;  // where there is a thread, all others wait behind it
    if (GetParam().counts_overdue) first.held = &held;
    ASSERT_TRUE(submit(first));
    if (GetParam().counts_overdue) turn_until([&] { return under_test->workers().usage().busy == 1; });
    for (const int number : {2, 4, 6})
        add(number, server::JobKind::device);
    for (const int number : {3, 5})
        add(number, server::JobKind::other);
    held = false;
    turn_until([&] { return std::ranges::all_of(jobs, [](const auto& job) { return job->finished == 1; }); });
    EXPECT_THAT(order, ::testing::ElementsAre(2, 3, 4, 5, 6));
}

TEST_P(WorkersContract, OneWorkerIsNeverWithADevice) {
    if (GetParam().is_single || !GetParam().counts_overdue) GTEST_SKIP() << "there is one at most";
    std::atomic<bool> held = true;
    std::vector<std::unique_ptr<Noted>> devices;
    for (std::size_t i = 0; i < limits::devices_max; ++i) {
        devices.push_back(std::make_unique<Noted>());
        devices.back()->held = &held;
        devices.back()->kind = server::JobKind::device;
        ASSERT_TRUE(submit(*devices.back()));
    }
    const unsigned most = under_test->workers().usage().devices_max;
    EXPECT_EQ(most, under_test->workers().usage().max - 1);
    turn_until([&] { return under_test->workers().usage().busy == most; });
    for (int i = 0; i < 20; ++i) {
        Noted flash;
        ASSERT_TRUE(submit(flash));
        turn_until([&] { return flash.finished == 1; });
    }
    EXPECT_EQ(under_test->workers().usage().queued, devices.size() - most);
    held = false;
    turn_until(
        [&] { return std::ranges::all_of(devices, [](const auto& job) { return job->finished == 1; }); });
}

TEST_P(WorkersContract, AJobThatRunsForLongerThanItMayIsCountedUntilItEnds) {
    if (!GetParam().counts_overdue) GTEST_SKIP() << "it stands still meanwhile";
    std::atomic<bool> held = true;
    Noted hanging;
    hanging.held = &held;
    hanging.time_ms_max = 1;
    hanging.kind = server::JobKind::device;
    ASSERT_TRUE(submit(hanging));
    turn_until([&] { return under_test->workers().usage().overdue == 1; });
    EXPECT_EQ(under_test->workers().usage().busy, 0U);
    held = false;
    turn_until([&] { return hanging.finished == 1; });
    EXPECT_EQ(under_test->workers().usage().overdue, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Ports, WorkersContract,
    ::testing::Values(Factory{"TwoThreads", [] { return std::make_unique<Threads>(2); }, false},
                      Factory{"OneThread", [] { return std::make_unique<Threads>(1); }},
                      Factory{"Template", [] { return std::make_unique<Template>(); }, true, false},
                      Factory{"BareMetal", [] { return std::make_unique<BareMetal>(); }, true, false},
                      Factory{"Chip", [] { return std::make_unique<Chip>(3); }, false},
                      Factory{"ChipWithOneTask", [] { return std::make_unique<Chip>(1); }},
                      Factory{"Simulation", [] { return std::make_unique<Virtual>(); }, false, false},
                      Factory{"HandDouble", [] { return std::make_unique<Hand>(); }, true, false}),
    [](const auto& factory) { return factory.param.name; });

}  // namespace
}  // namespace boardwalk::test
