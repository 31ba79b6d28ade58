#include "firmware/ports/linux/thread_workers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

/// Jobs that hang, on this computer's threads.
namespace boardwalk::test {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct Gated : server::Job {
    Gated() {
        Job::run = [](server::Job& job) {
            auto& self = static_cast<Gated&>(job);
            self.running = true;
            self.open.wait(false);
        };
        Job::finish = [](server::Job& job) { static_cast<Gated&>(job).finished = true; };
    }
    void release() {
        open = true;
        open.notify_all();
    }
    std::atomic<bool> open = false, running = false;
    bool finished = false;
};

template <class Done>
bool turn_until(ports::ThreadWorkers& workers, Done done) {
    const auto until = Clock::now() + std::chrono::seconds(30);
    while (!done() && Clock::now() < until) {
        workers.finish_jobs();
        std::this_thread::sleep_for(milliseconds(1));
    }
    return done();
}

TEST(ThreadWorkers, JobsThatHangLeaveTheOthersTheirWorkers) {
    ports::ThreadWorkers workers(2, [] {});
    std::array<Gated, limits::overdue_jobs_max> hanging;
    for (auto& job : hanging) {
        job.time_ms_max = 50;
        job.kind = &job - hanging.data() < 4 ? server::JobKind::device : server::JobKind::other;
        ASSERT_TRUE(workers.submit(job));
        EXPECT_TRUE(turn_until(workers, [&] { return job.running.load(); })) << "each finds a thread";
    }
    Gated other;
    other.release();
    ASSERT_TRUE(workers.submit(other));
    EXPECT_TRUE(turn_until(workers, [&] { return other.finished; }));
    EXPECT_EQ(workers.usage().max, 2U);
    EXPECT_TRUE(turn_until(workers, [&] { return workers.usage().overdue == hanging.size(); }));
    EXPECT_EQ(workers.usage().busy, 0U) << "these have their threads beside the others";
    for (auto& job : hanging)
        job.release();
    EXPECT_TRUE(turn_until(workers, [&] { return std::ranges::all_of(hanging, &Gated::finished); }));
    EXPECT_EQ(workers.usage().busy, 0U);
    EXPECT_EQ(workers.usage().overdue, 0U);
    EXPECT_TRUE(workers.stop(Clock::now() + std::chrono::seconds(30)));
}

TEST(ThreadWorkers, AJobInTimeKeepsItsWorkerToItself) {
    ports::ThreadWorkers workers(1, [] {});
    Gated first, second;
    first.time_ms_max = 3'600'000;
    ASSERT_TRUE(workers.submit(first));
    ASSERT_TRUE(workers.submit(second));
    EXPECT_TRUE(turn_until(workers, [&] { return first.running.load(); }));
    for (int i = 0; i < 20; ++i)
        workers.finish_jobs();
    EXPECT_FALSE(second.running);
    first.release();
    second.release();
    EXPECT_TRUE(turn_until(workers, [&] { return second.finished; }));
}

TEST(ThreadWorkers, StoppingWaitsForAJobThatHangsNoLongerThanItIsTold) {
    ports::ThreadWorkers workers(1, [] {});
    Gated hanging, waiting;
    ASSERT_TRUE(workers.submit(hanging));
    ASSERT_TRUE(workers.submit(waiting));
    EXPECT_TRUE(turn_until(workers, [&] { return hanging.running.load(); }));
    EXPECT_FALSE(workers.stop(Clock::now() + milliseconds(50)));
    hanging.release();
    EXPECT_TRUE(workers.stop(Clock::now() + std::chrono::seconds(30)));
    EXPECT_FALSE(waiting.running) << "what still waited is dropped";
}

}  // namespace
}  // namespace boardwalk::test
