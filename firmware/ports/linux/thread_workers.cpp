#include "firmware/ports/linux/thread_workers.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

namespace boardwalk::ports {

namespace {

using Clock = std::chrono::steady_clock;

struct Queue {
    server::Job* first = nullptr;
    server::Job* last = nullptr;

    void push(server::Job& job) {
        job.next = nullptr;
        (last != nullptr ? last->next : first) = &job;
        last = &job;
    }
    server::Job* pop() {
        auto* const job = first;
        if (job == nullptr) return nullptr;
        first = job->next;
        if (first == nullptr) last = nullptr;
        return job;
    }
};

}  // namespace

struct ThreadWorkers::State {
    State(unsigned count, std::function<void()> wake_loop, std::chrono::milliseconds time_max)
        : wanted(count), wake(std::move(wake_loop)), job_time_max(time_max) {}

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
            changed.wait(lock,
                         [this] { return stopping || threads > wanted_now() || waiting.first != nullptr; });
            if (stopping || threads > wanted_now()) break;
            auto& job = *waiting.pop();
            --queued;
            const auto place = std::ranges::find(begun, Clock::time_point());
            *place = Clock::now();
            ++busy;
            lock.unlock();
            job.run(job);
            lock.lock();
            --busy;
            *place = {};
            done.push(job);
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
        const auto late = Clock::now() - job_time_max;
        return static_cast<unsigned>(std::ranges::count_if(
            begun, [&](Clock::time_point since) { return since != Clock::time_point() && since <= late; }));
    }

    const unsigned wanted;
    const std::function<void()> wake;
    const std::chrono::milliseconds job_time_max;
    mutable std::mutex mutex;
    std::condition_variable changed, ended;
    Queue waiting;
    Queue done;
    unsigned queued = 0;
    unsigned busy = 0;
    unsigned threads = 0;
    bool stopping = false;
    /// The start of each running job; the default value marks a free place.
    std::array<Clock::time_point, limits::workers_max + limits::overdue_jobs_max> begun{};
};

ThreadWorkers::ThreadWorkers(unsigned count, std::function<void()> wake,
                             std::chrono::milliseconds job_time_max)
    : state_(std::make_shared<State>(count, std::move(wake), job_time_max)) {
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
        if (state_->queued == limits::jobs_queued_max) return false;
        ++state_->queued;
        state_->waiting.push(job);
    }
    state_->changed.notify_one();
    return true;
}

server::Workers::Usage ThreadWorkers::usage() const {
    const std::lock_guard lock(state_->mutex);
    return {.max = state_->wanted, .busy = std::min(state_->busy, state_->wanted), .queued = state_->queued};
}

void ThreadWorkers::finish_jobs() {
    Queue done;
    {
        const std::lock_guard lock(state_->mutex);
        done = std::exchange(state_->done, Queue());
        const auto most = std::min<std::size_t>(state_->wanted_now(), state_->begun.size());
        if (state_->waiting.first != nullptr && state_->threads < most) state_->start_thread(state_);
    }
    while (auto* job = done.pop())
        job->finish(*job);
}

}  // namespace boardwalk::ports
