#pragma once

#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>

#include "firmware/ports/esp32s3/boardwalk/network/tcpip_loop.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::ports {

/// Workers as FreeRTOS tasks on core 1. Wi-Fi runs on core 0, so that jobs which block (flash, sensors,
/// scans) do not delay it.
class TaskWorkers final : public server::Workers {
public:
    explicit TaskWorkers(TcpipLoop& loop) : loop_(loop) {}
    TaskWorkers(const TaskWorkers&) = delete;
    TaskWorkers& operator=(const TaskWorkers&) = delete;

    /// Returns false when there is no memory for the tasks.
    [[nodiscard]] bool start(unsigned count);

    [[nodiscard]] bool submit(server::Job&) override;
    void finish_jobs() override;
    [[nodiscard]] Usage usage() const override;

private:
    struct Queue {
        server::Job* first = nullptr;
        server::Job* last = nullptr;
        void push(server::Job&);
        server::Job* pop();
    };

    [[noreturn]] void work();

    TcpipLoop& loop_;
    SemaphoreHandle_t waiting_count_ = nullptr;
    mutable portMUX_TYPE lock_ =
        portMUX_INITIALIZER_UNLOCKED;  ///< guards what follows; held for a few instructions
    Queue waiting_;
    Queue done_;
    unsigned count_ = 0;
    unsigned queued_ = 0;
    unsigned busy_ = 0;
};

}  // namespace boardwalk::ports
