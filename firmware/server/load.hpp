#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "firmware/limits.hpp"

/// How much of the pools was in use, second by second. A single instant says little: when the loop answers a
/// request for diagnostics, it has just finished all other work.
namespace boardwalk::server {

/// The most that was in use at one time.
struct Peak {
    std::uint16_t connections = 0;  ///< slots that were taken within one turn of the loop
    std::uint16_t buffers = 0;
    std::uint16_t waiting = 0;  ///< for a slot or for a buffer

    void raise(const Peak& other) {
        connections = std::max(connections, other.connections);
        buffers = std::max(buffers, other.buffers);
        waiting = std::max(waiting, other.waiting);
    }
    friend bool operator==(const Peak&, const Peak&) = default;
};

/// The peaks of the last seconds.
class Peaks {
public:
    void note_connections(std::size_t count) { raise(now_.connections, count); }
    void note_buffers(std::size_t count) { raise(now_.buffers, count); }
    void note_waiting(std::size_t count) { raise(now_.waiting, count); }

    /// A second has passed; `present` is what the next one begins with.
    void begin_second(const Peak& present) {
        std::copy_backward(seconds_.begin(), seconds_.end() - 1, seconds_.end());
        seconds_.front() = now_;
        now_ = present;
    }

    /// Of the last whole second; zeros before the first is over.
    [[nodiscard]] const Peak& last_second() const { return seconds_.front(); }
    /// Of the last `limits::peak_seconds` whole seconds and the present one. A reader that asks at least so
    /// often misses no peak.
    [[nodiscard]] Peak recent() const {
        Peak most = now_;
        for (const auto& second : seconds_)
            most.raise(second);
        return most;
    }

private:
    static void raise(std::uint16_t& most, std::size_t count) {
        if (count > most) most = static_cast<std::uint16_t>(count);
    }

    Peak now_;
    std::array<Peak, limits::peak_seconds> seconds_;  ///< the newest first
};

/// How long a slot was busy in the present second, and in the one before. Times are microseconds of one
/// clock, of which the lower 32 bits are kept: no period here is longer than a second.
class BusyTime {
public:
    /// Changes nothing when the slot is busy already.
    void begin(std::uint64_t now_us) {
        if (busy_) return;
        busy_ = true;
        since_us_ = static_cast<std::uint32_t>(now_us);
    }
    /// Changes nothing when the slot is not busy.
    void end(std::uint64_t now_us) {
        if (!busy_) return;
        busy_ = false;
        busy_us_ += static_cast<std::uint32_t>(now_us) - since_us_;
    }
    /// A second has passed at `now_us`, in the middle of a busy time or not.
    void begin_second(std::uint64_t now_us) {
        const bool goes_on = busy_;
        end(now_us);
        // Rounded up: a slot that did anything was busy.
        last_second_ms_ = static_cast<std::uint16_t>(std::min<std::uint32_t>(busy_us_, 1'000'000) / 1'000 +
                                                     (busy_us_ < 1'000'000 && busy_us_ % 1'000 != 0 ? 1 : 0));
        busy_us_ = 0;
        if (goes_on) begin(now_us);
    }
    /// 0 – 1,000
    [[nodiscard]] std::uint16_t last_second_ms() const { return last_second_ms_; }

private:
    std::uint32_t since_us_ = 0;
    std::uint32_t busy_us_ = 0;
    std::uint16_t last_second_ms_ = 0;
    bool busy_ = false;
};

}  // namespace boardwalk::server
