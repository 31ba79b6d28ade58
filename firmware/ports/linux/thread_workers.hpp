#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "firmware/server/workers.hpp"

namespace boardwalk::ports {

/// Workers as threads. `wake` is called on a worker's thread when a job is done, so that the loop turns.
class ThreadWorkers final : public server::Workers {
public:
    ThreadWorkers(unsigned count, std::function<void()> wake);
    ThreadWorkers(const ThreadWorkers&) = delete;
    ThreadWorkers& operator=(const ThreadWorkers&) = delete;
    ~ThreadWorkers() override { stop(); }

    /// Waits for the jobs that run; those that still queue are dropped. Before what the jobs work on goes.
    void stop();

    [[nodiscard]] bool submit(server::Job&) override;
    [[nodiscard]] Usage usage() const override;
    void finish_jobs() override;

private:
    struct Queue {
        server::Job* first = nullptr;
        server::Job* last = nullptr;
        void push(server::Job&);
        server::Job* pop();
    };

    void work();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Queue waiting_;
    Queue done_;
    unsigned queued_ = 0;
    unsigned busy_ = 0;
    bool stopping_ = false;
    std::function<void()> wake_;
    std::vector<std::thread> threads_;
};

}  // namespace boardwalk::ports
