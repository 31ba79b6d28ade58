#pragma once

#include <cstdint>
#include <limits>

namespace boardwalk::server {

/// The time as the loop knows it: read from the transport when a turn begins and at each event, and the same
/// for all that is done about that event.
class LoopClock {
public:
    explicit LoopClock(std::uint64_t now_us) { set(now_us); }

    void set(std::uint64_t now_us) {
        // A chip divides 32 bits in one instruction, and 64 in a hundred.
        const auto passed_us = now_us - now_ms_ * 1'000;
        const bool short_time = passed_us <= std::numeric_limits<std::uint32_t>::max();
        now_ms_ = short_time ? now_ms_ + static_cast<std::uint32_t>(passed_us) / 1'000 : now_us / 1'000;
        now_us_ = now_us;
        if (turn_us_ == 0) turn_us_ = now_us;
    }
    void begin_turn() { turn_us_ = 0; }

    [[nodiscard]] std::uint64_t us() const { return now_us_; }
    [[nodiscard]] std::uint64_t ms() const { return now_ms_; }
    /// For what a slot remembers: the lower 32 bits, which come round after 49 days.
    [[nodiscard]] std::uint32_t short_ms() const { return static_cast<std::uint32_t>(now_ms_); }
    /// Milliseconds since a moment of `short_ms`.
    [[nodiscard]] std::uint32_t ms_since(std::uint32_t moment) const { return short_ms() - moment; }
    /// When the network told of the first event of this turn.
    [[nodiscard]] std::uint64_t turn_us() const { return turn_us_; }

private:
    std::uint64_t now_us_ = 0;
    std::uint64_t now_ms_ = 0;
    std::uint64_t turn_us_ = 0;
};

}  // namespace boardwalk::server
