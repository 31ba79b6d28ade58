#pragma once

#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>

#include <array>
#include <cstdint>

#include "firmware/ports/esp32s3/boardwalk/network/tcpip_loop.hpp"
#include "firmware/server/worker_queue.hpp"

namespace boardwalk::ports {

/// Workers as FreeRTOS tasks on core 1. Wi-Fi runs on core 0, so that jobs which block (flash, sensors,
/// scans) do not delay it. Their number is fixed: a job that hangs keeps its task. One task is never with a
/// device, not even while all others hang, so that flash and settings always have one.
class TaskWorkers final : public server::Workers {
public:
    explicit TaskWorkers(TcpipLoop& loop) : loop_(loop) {}
    TaskWorkers(const TaskWorkers&) = delete;
    TaskWorkers& operator=(const TaskWorkers&) = delete;

    /// Returns false when there is no memory for the tasks, or they are more than limits::workers_default.
    [[nodiscard]] bool start(unsigned count);

    [[nodiscard]] bool submit(server::Job&) override;
    void finish_jobs() override;
    [[nodiscard]] Usage usage() const override;

private:
    /// A job that runs; without one the place is free.
    struct Running {
        const server::Job* job = nullptr;
        std::int64_t due_us = 0;  ///< on the chip's timer: then it is overdue
    };

    [[noreturn]] void work();
    /// The next job, and its place; null: none that may go.
    server::Job* begin(Running*& place);
    void end(Running& place, server::Job&);

    TcpipLoop& loop_;
    SemaphoreHandle_t submitted_ = nullptr;  ///< wakes a task for each job; it may find that another has it
    mutable portMUX_TYPE lock_ =
        portMUX_INITIALIZER_UNLOCKED;  ///< guards what follows; held for a few instructions
    server::WaitingJobs waiting_;
    server::JobQueue done_;
    std::array<Running, limits::workers_default> running_{};
    unsigned count_ = 0;
    unsigned devices_running_ = 0;  ///< those that hang included
    unsigned devices_max_ = 1;
};

}  // namespace boardwalk::ports
