#pragma once

#include <deque>

#include "firmware/limits.hpp"
#include "firmware/server/worker_queue.hpp"
#include "tests/simulation/heap_watch.hpp"
#include "tests/support/app_doubles.hpp"
#include "tests/support/virtual_network.hpp"

namespace boardwalk::simulation {

/// Workers whose jobs take virtual time: mostly a few milliseconds, now and then seconds.
class VirtualWorkers final : public server::Workers {
public:
    VirtualWorkers(test::VirtualClock& clock, test::VirtualNetwork& network, HeapWatch& heap,
                   test::Random random)
        : clock_(clock), network_(network), heap_(heap), random_(random) {}

    [[nodiscard]] bool submit(server::Job& job) override {
        const Running outside(heap_, Part::simulation);
        if (waiting_.full()) return false;
        waiting_.push(job);
        begin_next();
        return true;
    }
    void finish_jobs() override {
        while (!done_.empty()) {
            server::Job* job = done_.front();
            {
                const Running outside(heap_, Part::simulation);
                done_.pop_front();
            }
            job->finish(*job);
        }
    }
    [[nodiscard]] Usage usage() const override {
        return {.max = limits::workers_default,
                .busy = busy_,
                .queued = waiting_.count(),
                .devices_max = server::workers_for_devices(limits::workers_default)};
    }

private:
    void begin_next() {
        if (busy_ == limits::workers_default) return;
        const bool device_may_go = devices_ < server::workers_for_devices(limits::workers_default);
        server::Job* job = waiting_.pop(device_may_go);
        if (job == nullptr) return;
        ++busy_;
        if (job->kind == server::JobKind::device) ++devices_;
        const auto us =
            random_.below(200) == 0 ? random_.between(100'000, 3'000'000) : random_.between(200, 20'000);
        clock_.after(us, [this, job] {
            job->run(*job);
            --busy_;
            if (job->kind == server::JobKind::device) --devices_;
            done_.push_back(job);
            network_.wake();
            begin_next();
        });
    }

    test::VirtualClock& clock_;
    test::VirtualNetwork& network_;
    HeapWatch& heap_;
    test::Random random_;
    server::WaitingJobs waiting_;
    std::deque<server::Job*> done_;
    unsigned busy_ = 0, devices_ = 0;
};

/// The machine under the board: its clock is the network's.
class VirtualPlatform final : public app::Platform {
public:
    VirtualPlatform(const test::VirtualClock& clock, test::Random random) : clock_(clock), random_(random) {}
    [[nodiscard]] std::uint64_t now_ms() const override { return clock_.now_ms(); }
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override {
        return 1'795'236'578'120 + static_cast<std::int64_t>(clock_.now_ms());
    }
    void random(std::span<std::uint8_t> bytes) override {
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random_.next());
    }
    [[nodiscard]] Heap heap() const override { return {100'000, 90'000}; }
    [[nodiscard]] FixedString<limits::host_name_bytes_max> host_name() const override { return "board"; }
    void log(app::LogLevel, std::string_view) override {}

private:
    const test::VirtualClock& clock_;
    test::Random random_;
};

}  // namespace boardwalk::simulation
