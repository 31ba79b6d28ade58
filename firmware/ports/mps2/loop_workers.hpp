#pragma once

#include "firmware/server/worker_queue.hpp"

namespace boardwalk::ports {

/// Workers of a machine with one thread: the loop does one job a turn, between two clients. No job takes
/// longer than a client may wait (the bus reads two bytes, the flash writes a sector): none can be ended or
/// overtaken. The loop waits on `Link`, and `wake` ends that wait.
template <class Link>
class LoopWorkers final : public server::Workers {
public:
    explicit LoopWorkers(Link& link) : link_(link) {}

    [[nodiscard]] bool submit(server::Job& job) override {
        if (waiting_.full()) return false;
        waiting_.push(job);
        link_.wake();
        return true;
    }

    void finish_jobs() override {
        if (waiting_.count() == 0) return;  // most turns
        auto* const job = waiting_.pop();
        job->run(*job);
        job->finish(*job);
        link_.wake();  // for the next, and for what this one set off
    }

    [[nodiscard]] Usage usage() const override { return {.max = 1, .queued = waiting_.count()}; }

private:
    Link& link_;
    server::WaitingJobs waiting_;
};

}  // namespace boardwalk::ports
