#pragma once

#include <poll.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <random>

#include "firmware/app/platform.hpp"
#include "firmware/app/storage.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/worker_queue.hpp"

/// What the application asks of a machine, each in the simplest form that works.
namespace boardwalk::ports {

/// Writes to a console a character at a time, as a UART takes them: while there is room for one, writing does
/// not wait. Returns false when there was no room; the rest is lost then.
inline bool put(int console, std::string_view text) {
    for (const char& c : text) {
        pollfd room{.fd = console, .events = POLLOUT, .revents = 0};
        if (::poll(&room, 1, 0) != 1 || ::write(console, &c, 1) != 1) return false;
    }
    return true;
}

class SimplePlatform final : public app::Platform {
public:
    [[nodiscard]] std::uint64_t now_ms() const override {
        std::timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
        return static_cast<std::uint64_t>(now.tv_sec) * 1'000 +
               static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
    }
    /// A board without a clock: the API says null, and logs go by uptime.
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override { return std::nullopt; }
    /// The id of the board and of this start are made from it: use the chip's generator.
    void random(std::span<std::uint8_t> bytes) override {
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(source_());
    }
    [[nodiscard]] Heap heap() const override { return {}; }
    /// A line that does not go out whole is lost: the loop never waits for a reader.
    void log(app::LogLevel, std::string_view text) override {
        if (!put(STDERR_FILENO, text) || !put(STDERR_FILENO, "\n")) ++dropped_;
    }
    [[nodiscard]] std::uint64_t log_lines_dropped() const override { return dropped_; }

private:
    std::uint64_t dropped_ = 0;
    std::random_device source_;
};

/// Forgets everything at the next start. Yours keeps two copies of a file in flash, so that a power cut while
/// one is written leaves the other.
class ForgetfulStorage final : public app::Storage {
public:
    Found read(std::string_view, std::span<char>, std::size_t&) override { return Found::no; }
    [[nodiscard]] bool write(std::string_view, std::string_view) override { return true; }
    FixedString<64> set_aside(std::string_view) override { return {}; }
};

/// Does the jobs on the loop, one a turn: right while nothing blocks for longer than a client may wait. With
/// a slow sensor or flash give it a thread, since a job that hangs stops the whole board here: see
/// ports/linux/thread_workers.hpp.
class InlineWorkers final : public server::Workers {
public:
    [[nodiscard]] bool submit(server::Job& job) override {
        if (waiting_.full()) return false;
        waiting_.push(job);
        return true;
    }
    void finish_jobs() override {
        server::Job* const job = waiting_.pop();
        if (job == nullptr) return;
        job->run(*job);
        job->finish(*job);
    }
    [[nodiscard]] bool has_work() const override { return waiting_.count() > 0; }
    [[nodiscard]] Usage usage() const override { return {.max = 1, .queued = waiting_.count()}; }

private:
    server::WaitingJobs waiting_;
};

}  // namespace boardwalk::ports
