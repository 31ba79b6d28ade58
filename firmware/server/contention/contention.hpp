#pragma once

#include <algorithm>
#include <cstdint>

#include "firmware/limits.hpp"

namespace boardwalk::server {

/// The rate that is asked of bodies and answers once connections have been waiting for `contended_ms`, in
/// acknowledged bytes a second: it doubles every `limits::progress_doubles_after_ms`, up to a bound.
[[nodiscard]] constexpr std::uint32_t minimum_rate_after(std::uint64_t contended_ms) {
    const auto doublings = std::min<std::uint64_t>(contended_ms / limits::progress_doubles_after_ms, 16);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(
        std::uint64_t{limits::progress_bytes_per_s_min} << doublings, limits::progress_bytes_per_s_max));
}

/// Whether connections compete for places, and since when. Contention begins with the first connection that
/// has to wait. It ends when none has waited for `limits::crowd_pause_ms` and none was refused for
/// `limits::refused_comes_again_ms`. Refused clients count because they come again.
/// Has no clock: all times are the caller's, and never go back.
class Contention {
public:
    /// A connection waits, and has done so since `since_ms`.
    void note_waiting(std::uint64_t since_ms, std::uint64_t now_ms) {
        if (!present_) began_ms_ = since_ms;
        present_ = true;
        waiting_ms_ = now_ms;
    }
    /// A link found no slot. That alone is no contention, but it keeps one going.
    void note_slot_wanted(std::uint64_t now_ms) { slot_wanted_ms_ = now_ms; }
    /// A connection has waited in vain.
    void note_refused(std::uint64_t now_ms) {
        refused_ms_ = now_ms;
        refused_ = true;
    }
    /// No connection waits now.
    void note_calm(std::uint64_t now_ms) {
        const auto last_ms = std::max(waiting_ms_, slot_wanted_ms_);
        refused_ = refused_ && now_ms - refused_ms_ < limits::refused_comes_again_ms;
        if (now_ms - last_ms >= limits::crowd_pause_ms && !refused_) present_ = false;
    }

    [[nodiscard]] bool slot_is_wanted(std::uint64_t now_ms) const {
        return now_ms - slot_wanted_ms_ < limits::crowd_pause_ms;
    }
    [[nodiscard]] bool present() const { return present_; }
    [[nodiscard]] std::uint64_t age_ms(std::uint64_t now_ms) const {
        return present_ ? now_ms - began_ms_ : 0;
    }
    [[nodiscard]] std::uint32_t minimum_rate(std::uint64_t now_ms) const {
        return minimum_rate_after(age_ms(now_ms));
    }

private:
    std::uint64_t began_ms_ = 0, waiting_ms_ = 0, slot_wanted_ms_ = 0, refused_ms_ = 0;
    bool present_ = false, refused_ = false;
};

}  // namespace boardwalk::server
