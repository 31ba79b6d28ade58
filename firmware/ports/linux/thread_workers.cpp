#include "firmware/ports/linux/thread_workers.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include "firmware/server/worker_queue.hpp"

namespace boardwalk::ports {

namespace {

using Clock = std::chrono::steady_clock;

using server::JobKind;
using std::chrono::milliseconds;

/// A job that runs; without one the place is free.
struct Place {
    const server::Job* job = nullptr;
    Clock::time_point due;  ///< then it is overdue

    [[nodiscard]] bool overdue(Clock::time_point now) const { return job != nullptr && due <= now; }
};

}  // namespace

struct ThreadWorkers::State {
    State(unsigned count, std::function<void()> wake_loop) : wanted(count), wake(std::move(wake_loop)) {}

    /// With the mutex held.
    void start_thread(const std::shared_ptr<State>& self) {
        ++threads;
        sigset_t all;
        sigset_t before;
        ::sigfillset(&all);  // signals are the loop's; a thread is born with its maker's mask
        ::pthread_sigmask(SIG_BLOCK, &all, &before);
        std::thread([self] { self->work(); }).detach();
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    void work() {
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return stopping || threads > wanted_now() || has_next(); });
            if (stopping || threads > wanted_now()) break;
            auto& job = *waiting.pop(device_may_go());
            const auto place = std::ranges::find(running, nullptr, &Place::job);
            *place = {&job, Clock::now() + milliseconds(job.time_ms_max)};
            lock.unlock();
            job.run(job);
            lock.lock();
            *place = {};
            done.push(job);
            if (has_next()) changed.notify_one();  // one that waited for this device's end
            lock.unlock();
            wake();
            lock.lock();
        }
        --threads;
        ended.notify_all();
    }

    /// Each job that hangs has a thread of its own, beside the wanted number.
    [[nodiscard]] unsigned wanted_now() const { return wanted + overdue(); }
    [[nodiscard]] unsigned overdue() const {
        return count([now = Clock::now()](const Place& place) { return place.overdue(now); });
    }
    /// One that hangs no longer takes the place of another.
    [[nodiscard]] bool device_may_go() const {
        const auto in_time = count([now = Clock::now()](const Place& place) {
            return place.job != nullptr && place.job->kind == JobKind::device && !place.overdue(now);
        });
        return in_time < server::workers_for_devices(wanted);
    }
    [[nodiscard]] bool has_next() const { return waiting.count() > 0 && waiting.has_next(device_may_go()); }
    template <class Is>
    [[nodiscard]] unsigned count(Is is) const {
        return static_cast<unsigned>(std::ranges::count_if(running, is));
    }

    const unsigned wanted;
    const std::function<void()> wake;
    mutable std::mutex mutex;
    std::condition_variable changed, ended;
    server::WaitingJobs waiting;
    server::JobQueue done;
    unsigned threads = 0;
    bool stopping = false;
    std::array<Place, limits::workers_max + limits::overdue_jobs_max> running{};
};

ThreadWorkers::ThreadWorkers(unsigned count, std::function<void()> wake)
    : state_(std::make_shared<State>(count, std::move(wake))) {
    const std::lock_guard lock(state_->mutex);
    while (state_->threads < count)
        state_->start_thread(state_);
}

ThreadWorkers::~ThreadWorkers() { (void)stop(Clock::time_point::max()); }

bool ThreadWorkers::stop(Clock::time_point until) {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
    const auto all_ended = [this] { return state_->threads == 0; };
    if (until != Clock::time_point::max()) return state_->ended.wait_until(lock, until, all_ended);
    state_->ended.wait(lock, all_ended);
    return true;
}

bool ThreadWorkers::submit(server::Job& job) {
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->waiting.full()) return false;
        state_->waiting.push(job);
    }
    state_->changed.notify_one();
    return true;
}

server::Workers::Usage ThreadWorkers::usage() const {
    const std::lock_guard lock(state_->mutex);
    const unsigned overdue = state_->overdue();
    const unsigned all = state_->count([](const Place& place) { return place.job != nullptr; });
    return {.max = state_->wanted,
            .busy = std::min(all - std::min(all, overdue), state_->wanted),
            .queued = state_->waiting.count(),
            .overdue = overdue,
            .devices_max = server::workers_for_devices(state_->wanted)};
}

void ThreadWorkers::finish_jobs() {
    server::JobQueue done;
    {
        const std::lock_guard lock(state_->mutex);
        done = std::exchange(state_->done, server::JobQueue());
        if (state_->has_next()) {
            state_->changed.notify_one();  // a job that became overdue lets the next device go
            const auto most = std::min<std::size_t>(state_->wanted_now(), state_->running.size());
            if (state_->threads < most) state_->start_thread(state_);
        }
    }
    while (auto* job = done.pop())
        job->finish(*job);
}

}  // namespace boardwalk::ports
