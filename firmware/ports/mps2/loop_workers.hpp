#pragma once

#include <array>

#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::ports {

/// Workers of a machine with one thread: the loop does one job a turn, between two clients. No job takes
/// longer than a client may wait (the bus reads two bytes, the flash writes a sector). The loop waits on
/// `Link`, and `wake` ends that wait.
template <class Link>
class LoopWorkers final : public server::Workers {
public:
    explicit LoopWorkers(Link& link) : link_(link) {}

    [[nodiscard]] bool submit(server::Job& job) override {
        if (count_ == jobs_.size()) return false;
        jobs_[(first_ + count_++) % jobs_.size()] = &job;
        link_.wake();
        return true;
    }

    void finish_jobs() override {
        if (count_ == 0) return;
        auto& job = *jobs_[first_];
        first_ = (first_ + 1) % jobs_.size();
        --count_;
        job.run(job);
        job.finish(job);
        link_.wake();  // for the next, and for what this one set off
    }

    [[nodiscard]] Usage usage() const override { return {.max = 1, .queued = static_cast<unsigned>(count_)}; }

private:
    Link& link_;
    std::array<server::Job*, limits::jobs_queued_max> jobs_{};
    std::size_t first_ = 0, count_ = 0;
};

}  // namespace boardwalk::ports
