#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::ports {

/// Workers as threads. `wake` is called on a worker's thread when a job is done, so that the loop turns.
///
/// A job that hangs (a disk or a sensor that does not answer) cannot be ended. When it is overdue and jobs
/// wait, `finish_jobs` starts another thread, which goes when the hanging job ends. The jobs that an
/// application has bound their number.
class ThreadWorkers final : public server::Workers {
public:
    ThreadWorkers(unsigned count, std::function<void()> wake);
    ThreadWorkers(const ThreadWorkers&) = delete;
    ThreadWorkers& operator=(const ThreadWorkers&) = delete;
    /// Stops the threads, and waits for the running jobs however long they take.
    ~ThreadWorkers() override;

    /// Waits for the running jobs, at most until `until`, and drops those that still queue. To be called
    /// before the objects that jobs work on are destroyed. Returns false when a job still runs; its objects
    /// must then stay until the process ends.
    [[nodiscard]] bool stop(std::chrono::steady_clock::time_point until);

    [[nodiscard]] bool submit(server::Job&) override;
    [[nodiscard]] Usage usage() const override;
    void finish_jobs() override;

private:
    struct State;
    std::shared_ptr<State> state_;  ///< shared with the threads
};

}  // namespace boardwalk::ports
