#include "firmware/ports/esp32s3/boardwalk/task_workers.hpp"

#include <esp_timer.h>

#include <algorithm>
#include <utility>

#include "firmware/ports/esp32s3/boardwalk/locked.hpp"

namespace boardwalk::ports {

namespace {

constexpr BaseType_t core = 1;
constexpr UBaseType_t priority = 5;  // below lwIP (18) and Wi-Fi (23), above what idles
constexpr std::uint32_t stack_bytes = 6 * 1'024;

}  // namespace

bool TaskWorkers::start(unsigned count) {
    submitted_ = xSemaphoreCreateCounting(limits::jobs_queued_max, 0);
    if (submitted_ == nullptr || count > running_.size()) return false;
    devices_max_ = server::workers_for_devices(count);  // before the first task looks
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
        if (waiting_.full()) return false;
        waiting_.push(job);
    }
    (void)xSemaphoreGive(submitted_);  // refused when it stands at its most: all tasks look anyway
    return true;
}

server::Workers::Usage TaskWorkers::usage() const {
    const auto now_us = esp_timer_get_time();
    const Locked locked(lock_);
    unsigned busy = 0, overdue = 0, overdue_devices = 0;
    for (const Running& running : running_) {
        if (running.job == nullptr) continue;
        const bool hangs = now_us >= running.due_us;
        ++(hangs ? overdue : busy);
        if (hangs && running.job->kind == server::JobKind::device) ++overdue_devices;
    }
    return {.max = count_ - overdue,
            .busy = busy,
            .queued = waiting_.count(),
            .overdue = overdue,
            .devices_max = devices_max_ - overdue_devices};
}

void TaskWorkers::finish_jobs() {
    server::JobQueue done;
    {
        const Locked locked(lock_);
        done = std::exchange(done_, server::JobQueue());
    }
    while (auto* job = done.pop())
        job->finish(*job);
}

server::Job* TaskWorkers::begin(Running*& place) {
    const auto now_us = esp_timer_get_time();
    const Locked locked(lock_);
    server::Job* const job = waiting_.pop(devices_running_ < devices_max_);
    if (job == nullptr) return nullptr;
    if (job->kind == server::JobKind::device) ++devices_running_;
    place = &*std::ranges::find(running_, nullptr, &Running::job);
    *place = {job, now_us + std::int64_t{1'000} * job->time_ms_max};
    return job;
}

void TaskWorkers::end(Running& place, server::Job& job) {
    const Locked locked(lock_);
    if (job.kind == server::JobKind::device) --devices_running_;
    place = {};
    done_.push(job);
}

/// A task looks for another job before it sleeps: a device's job that no task might take when it came waits
/// for the end of another device's, and is seen by the task that ends it.
void TaskWorkers::work() {
    Running* place = nullptr;
    while (true) {
        (void)xSemaphoreTake(submitted_, portMAX_DELAY);
        while (server::Job* const job = begin(place)) {
            job->run(*job);
            end(*place, *job);
            loop_.wake();
        }
    }
}

}  // namespace boardwalk::ports
