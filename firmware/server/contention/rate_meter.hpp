#pragma once

#include <cstdint>

namespace boardwalk::server {

/// Measures how fast one body or one answer moves, in two ways:
///
/// - over a window of `limits::progress_window_ms`: less than `limits::progress_bytes_per_s_min` is slow;
/// - by a credit of time, a token bucket: it drains as time passes, each byte adds 1/rate, and it is capped
///   at `credit_ms_max`. So what filled the peer's buffers at first says nothing of how it moves later.
///
/// Has no clock. Times are the lower 32 bits of a clock in milliseconds; byte counts are totals that wrap.
class RateMeter {
public:
    /// The measured body or answer began at `began_ms`, when `total_bytes` had moved on its connection, with
    /// a full credit of `credit_ms_max`.
    void begin(std::uint32_t began_ms, std::uint32_t total_bytes, std::uint32_t credit_ms_max);
    /// Like `begin`, where the total is not known yet: the first `update` supplies it.
    void begin_at_next_total(std::uint32_t began_ms, std::uint32_t credit_ms_max) {
        begin(began_ms, 0, credit_ms_max);
        total_is_known_ = false;
    }
    /// By `now_ms`, `total_bytes` have moved. `rate` is the present minimum in bytes a second, at least 1.
    void update(std::uint32_t now_ms, std::uint32_t total_bytes, std::uint32_t rate,
                std::uint32_t credit_ms_max);

    /// The credit was used up at the last update.
    [[nodiscard]] bool is_stalled() const { return stalled_; }
    /// It moved too little over the last whole window.
    [[nodiscard]] bool was_slow() const { return slow_; }
    [[nodiscard]] std::uint32_t window_began_ms() const { return window_ms_; }

private:
    std::uint32_t window_ms_ = 0;       ///< when the window began
    std::uint32_t window_bytes_ = 0;    ///< the total then
    std::uint32_t updated_ms_ = 0;      ///< when the credit was last reckoned
    std::uint32_t credited_bytes_ = 0;  ///< the total then
    std::uint32_t credit_us_ = 0;       ///< what was left of it
    bool total_is_known_ = true;
    bool slow_ = false;
    bool stalled_ = false;
};

}  // namespace boardwalk::server
