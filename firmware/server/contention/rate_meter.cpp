#include "firmware/server/contention/rate_meter.hpp"

#include <algorithm>

#include "firmware/limits.hpp"

namespace boardwalk::server {
namespace {

/// The time in which so many bytes move at `rate`, at most `us_max`.
std::uint32_t time_for(std::uint32_t bytes, std::uint32_t rate, std::uint32_t us_max) {
    constexpr std::uint32_t us_each_s = 1'000'000;
    if (bytes >= UINT32_MAX / us_each_s) return us_max;  // and 32 bits are enough, which a chip divides fast
    return std::min(bytes * us_each_s / rate, us_max);
}
static_assert(UINT32_MAX / 1'000'000 / limits::progress_bytes_per_s_max * 1'000 >=
                  limits::answer_grace_ms + limits::answer_repeats_ms_max,
              "so many bytes fill up a whole credit at any rate");

}  // namespace

void RateMeter::begin(std::uint32_t began_ms, std::uint32_t total_bytes, std::uint32_t credit_ms_max) {
    window_ms_ = updated_ms_ = began_ms;
    window_bytes_ = credited_bytes_ = total_bytes;
    credit_us_ = credit_ms_max * 1'000;
    slow_ = stalled_ = false;
    total_is_known_ = true;
}

void RateMeter::update(std::uint32_t now_ms, std::uint32_t total_bytes, std::uint32_t rate,
                       std::uint32_t credit_ms_max) {
    if (!total_is_known_) window_bytes_ = credited_bytes_ = total_bytes;
    total_is_known_ = true;
    const auto passed_ms = now_ms - updated_ms_;
    const auto credit_us_max = credit_ms_max * 1'000;
    const auto earned_us = time_for(total_bytes - credited_bytes_, rate, credit_us_max);
    updated_ms_ = now_ms;
    credited_bytes_ = total_bytes;
    // At most a whole credit is left after what has passed, and none when more has passed than there was.
    const auto sum_us = std::uint64_t{credit_us_} + earned_us;
    const auto passed_us = std::uint64_t{passed_ms} * 1'000;
    stalled_ = sum_us <= passed_us;
    credit_us_ =
        stalled_ ? 0 : static_cast<std::uint32_t>(std::min<std::uint64_t>(sum_us - passed_us, credit_us_max));

    const auto window_ms = now_ms - window_ms_;
    if (window_ms < limits::progress_window_ms) return;
    const auto moved = std::uint64_t{total_bytes - window_bytes_};
    const bool slow = moved * 1'000 < std::uint64_t{limits::progress_bytes_per_s_min} * window_ms;
    begin(now_ms, total_bytes, credit_ms_max);
    slow_ = slow;
}

}  // namespace boardwalk::server
