#include "firmware/ports/esp32s3/boardwalk/task_workers.hpp"

#include <utility>

#include "firmware/limits.hpp"
#include "firmware/ports/esp32s3/boardwalk/locked.hpp"

namespace boardwalk::ports {

namespace {

constexpr BaseType_t core = 1;
constexpr UBaseType_t priority = 5;  // below lwIP (18) and Wi-Fi (23), above what idles
constexpr std::uint32_t stack_bytes = 6 * 1'024;

}  // namespace

void TaskWorkers::Queue::push(server::Job& job) {
    job.next = nullptr;
    (last != nullptr ? last->next : first) = &job;
    last = &job;
}

server::Job* TaskWorkers::Queue::pop() {
    auto* const job = first;
    if (job == nullptr) return nullptr;
    first = job->next;
    if (first == nullptr) last = nullptr;
    return job;
}

bool TaskWorkers::start(unsigned count) {
    waiting_count_ = xSemaphoreCreateCounting(limits::jobs_queued_max, 0);
    if (waiting_count_ == nullptr) return false;
    for (; count_ < count; ++count_) {
        const auto task = [](void* self) { static_cast<TaskWorkers*>(self)->work(); };
        if (xTaskCreatePinnedToCore(task, "boardwalk", stack_bytes, this, priority, nullptr, core) != pdPASS)
            return false;
    }
    return true;
}

bool TaskWorkers::submit(server::Job& job) {
    {
        const Locked locked(lock_);
        if (queued_ == limits::jobs_queued_max) return false;
        ++queued_;
        waiting_.push(job);
    }
    xSemaphoreGive(waiting_count_);
    return true;
}

server::Workers::Usage TaskWorkers::usage() const {
    const Locked locked(lock_);
    return {.max = count_, .busy = busy_, .queued = queued_};
}

void TaskWorkers::finish_jobs() {
    Queue done;
    {
        const Locked locked(lock_);
        done = std::exchange(done_, Queue());
    }
    while (auto* job = done.pop())
        job->finish(*job);
}

void TaskWorkers::work() {
    while (true) {
        xSemaphoreTake(waiting_count_, portMAX_DELAY);
        server::Job* job = nullptr;
        {
            const Locked locked(lock_);
            job = waiting_.pop();
            --queued_;
            ++busy_;
        }
        job->run(*job);
        {
            const Locked locked(lock_);
            --busy_;
            done_.push(*job);
        }
        loop_.wake();
    }
}

}  // namespace boardwalk::ports
