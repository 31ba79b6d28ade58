#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/server/load.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::server {

/// Order and names are the contract's (`slots[].state`).
enum class SlotState : std::uint8_t { free, silent, head, body, working, sending, idle, websocket };

struct SlotView {
    SlotState state = SlotState::free;
    FixedString<56> peer;  ///< "192.168.1.7:51234"
    std::uint64_t idle_ms = 0;
    std::uint32_t requests = 0;
    bool buffer = false;
    std::uint16_t busy_ms = 0;  ///< of the last whole second; of all connections that had the slot
};

/// Reason a connection ended. Invariant: accepted = ended + open.
enum class Ending : std::uint8_t { finished, reset, aborted, evicted, refused, timed_out, idle };
inline constexpr std::array<std::string_view, 7> ending_names = {
    "finished", "reset", "aborted", "evicted", "refused", "timed_out", "idle"};

/// Upper bounds of the buckets of request durations, in microseconds; one more bucket takes the rest.
inline constexpr std::array<std::uint32_t, 14> duration_bounds_us = {
    50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 10'000'000};

/// Status codes with a counter of their own: all that `http::reason_phrase` knows but 100, which is not a
/// final answer.
inline constexpr std::array<std::uint16_t, 33> counted_statuses = {
    101, 200, 201, 202, 204, 206, 302, 304, 400, 401, 403, 404, 405, 406, 408, 409, 411,
    412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 429, 431, 500, 501, 503, 505};

/// A histogram of durations.
struct Durations {
    std::array<std::uint64_t, duration_bounds_us.size() + 1> counts{};
    std::uint64_t sum_us = 0;

    void add(std::uint64_t duration_us) {
        sum_us += duration_us;
        if (duration_us <= duration_bounds_us.front()) {  // as nearly all
            ++counts.front();
            return;
        }
        const auto* bucket =
            std::lower_bound(duration_bounds_us.begin(), duration_bounds_us.end(), duration_us);
        ++counts[static_cast<std::size_t>(bucket - duration_bounds_us.begin())];
    }
};

struct Statistics {
    // now
    std::size_t connections_max = 0, silent = 0, active = 0, idle = 0, websocket = 0, websocket_max = 0;
    std::size_t buffers_max = 0, buffers_allocated = 0, buffers_in_use = 0, waiting = 0;
    // since start
    std::uint64_t accepted_total = 0, evicted_total = 0, refused_total = 0, timed_out_total = 0;
    std::array<std::uint64_t, ending_names.size()> closed_by_ending{};
    std::uint64_t buffer_waits_total = 0;
    std::uint64_t requests_total = 0, bytes_sent_total = 0, bytes_received_total = 0;
    std::array<std::uint64_t, counted_statuses.size() + 1> by_status{};
    Durations durations = {};  ///< of requests, from the first byte to the answer's last
    Durations waits = {};      ///< of requests, from the first byte until they had slot and buffer
    // over the last seconds
    double requests_per_s = 0;
    Peak peak = {};  ///< of the last whole second, which is the same for every reader
    std::uint32_t minimum_rate_bytes_per_s = limits::progress_bytes_per_s_min;  ///< now asked of slow clients
    Peak recent_peak = {};             ///< of the last limits::peak_seconds
    std::uint64_t second_ends_ms = 0;  ///< when the present second is over, on the loop's clock
};

/// The state of the pool, for diagnostics and metrics. Loop's thread only.
class StatisticsSource {
public:
    virtual ~StatisticsSource() = default;
    [[nodiscard]] virtual Statistics statistics() const = 0;
    /// `slot` < connections_max.
    [[nodiscard]] virtual SlotView slot(std::size_t slot) const = 0;
};

}  // namespace boardwalk::server
