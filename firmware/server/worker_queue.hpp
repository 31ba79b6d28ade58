#pragma once

#include <algorithm>

#include "firmware/server/workers.hpp"

/// What the workers of all ports keep their jobs in. Without a lock: a port with threads has its own around
/// each call.
namespace boardwalk::server {

/// Jobs in the order in which they came, linked by `Job::next`.
class JobQueue {
public:
    [[nodiscard]] bool empty() const { return first_ == nullptr; }
    void push(Job& job) {
        job.next = nullptr;
        (last_ != nullptr ? last_->next : first_) = &job;
        last_ = &job;
    }
    /// Null: there is none.
    Job* pop() {
        Job* const job = first_;
        if (job == nullptr) return nullptr;
        first_ = job->next;
        if (first_ == nullptr) last_ = nullptr;
        return job;
    }

private:
    Job* first_ = nullptr;
    Job* last_ = nullptr;
};

/// Jobs that wait for a worker. Others go before devices, but not twice in a row while a device may go: so a
/// write to the flash waits for one sample at most, and an upload does not stop the readings where the loop
/// is the only worker.
class WaitingJobs {
public:
    [[nodiscard]] bool full() const { return count_ >= limits::jobs_queued_max; }
    [[nodiscard]] unsigned count() const { return count_; }

    void push(Job& job) {
        (job.kind == JobKind::device ? devices_ : others_).push(job);
        ++count_;
    }
    /// Whether `pop` has one.
    [[nodiscard]] bool has_next(bool device_may_go) const {
        return !others_.empty() || (device_may_go && !devices_.empty());
    }
    /// Null: there is none that may go.
    Job* pop(bool device_may_go = true) {
        const bool device = device_may_go && !devices_.empty() && (others_.empty() || other_went_);
        Job* const job = (device ? devices_ : others_).pop();
        if (job == nullptr) return nullptr;
        other_went_ = !device;
        --count_;
        return job;
    }

private:
    JobQueue others_, devices_;
    unsigned count_ = 0;
    bool other_went_ = false;
};

/// How many of so many workers may be with devices at once.
[[nodiscard]] constexpr unsigned workers_for_devices(unsigned workers) { return std::max(workers, 2U) - 1; }

}  // namespace boardwalk::server
