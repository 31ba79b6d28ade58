#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::ports {

/// Workers as threads. `wake` is called on a worker's thread when a job is done, so that the loop turns.
///
/// A job that hangs (a disk that does not answer) cannot be ended. While jobs wait and all threads have been
/// with one for `job_time_max`, `finish_jobs` starts another thread; it goes when the hanging job ends. The
/// jobs that an application has bound their number.
class ThreadWorkers final : public server::Workers {
public:
    ThreadWorkers(unsigned count, std::function<void()> wake,
                  std::chrono::milliseconds job_time_max = std::chrono::milliseconds(limits::job_ms_max));
    ThreadWorkers(const ThreadWorkers&) = delete;
    ThreadWorkers& operator=(const ThreadWorkers&) = delete;
    /// Stops, and waits for ever for the jobs that run.
    ~ThreadWorkers() override;

    /// Waits for the jobs that run, at most until `until`; those that still queue are dropped. Before what
    /// the jobs work on goes. False: some run on, and what they work on must stay until the process ends.
    [[nodiscard]] bool stop(std::chrono::steady_clock::time_point until);

    [[nodiscard]] bool submit(server::Job&) override;
    [[nodiscard]] Usage usage() const override;
    void finish_jobs() override;

private:
    struct State;
    std::shared_ptr<State> state_;  ///< the threads', too
};

}  // namespace boardwalk::ports
