#include "firmware/ports/linux/thread_workers.hpp"

#include <csignal>
#include <utility>

#include "firmware/limits.hpp"

namespace boardwalk::ports {

void ThreadWorkers::Queue::push(server::Job& job) {
    job.next = nullptr;
    if (last != nullptr) last->next = &job;
    else first = &job;
    last = &job;
}

server::Job* ThreadWorkers::Queue::pop() {
    auto* job = first;
    if (job == nullptr) return nullptr;
    first = job->next;
    if (first == nullptr) last = nullptr;
    return job;
}

ThreadWorkers::ThreadWorkers(unsigned count, std::function<void()> wake) : wake_(std::move(wake)) {
    threads_.reserve(count);
    for (unsigned i = 0; i < count; ++i)
        threads_.emplace_back([this] { work(); });
}

void ThreadWorkers::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_)
        thread.join();
    threads_.clear();
}

bool ThreadWorkers::submit(server::Job& job) {
    {
        const std::lock_guard lock(mutex_);
        if (queued_ == limits::jobs_queued_max) return false;
        ++queued_;
        waiting_.push(job);
    }
    changed_.notify_one();
    return true;
}

server::Workers::Usage ThreadWorkers::usage() const {
    const std::lock_guard lock(mutex_);
    return {.max = static_cast<unsigned>(threads_.size()), .busy = busy_, .queued = queued_};
}

void ThreadWorkers::finish_jobs() {
    Queue done;
    {
        const std::lock_guard lock(mutex_);
        done = std::exchange(done_, Queue());
    }
    while (auto* job = done.pop())
        job->finish(*job);
}

void ThreadWorkers::work() {
    sigset_t all;
    ::sigfillset(&all);  // signals are the loop's
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || waiting_.first != nullptr; });
        if (stopping_) return;
        auto* job = waiting_.pop();
        --queued_;
        ++busy_;
        lock.unlock();
        job->run(*job);
        lock.lock();
        --busy_;
        done_.push(*job);
        lock.unlock();
        wake_();
        lock.lock();
    }
}

}  // namespace boardwalk::ports
