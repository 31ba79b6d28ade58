#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/names.hpp"

/// Body of `GET /api/v1/diagnostics`: what the board's pools do right now.
namespace boardwalk::protocol {

struct ConnectionCounts {
    std::uint32_t max = 0;
    std::uint32_t silent = 0;
    std::uint32_t active = 0;
    std::uint32_t idle = 0;
    std::uint32_t websocket = 0;
    std::uint32_t websocket_max = 0;
    std::uint64_t accepted_total = 0;
    std::uint64_t evicted_total = 0;
    std::uint64_t refused_total = 0;
    std::uint64_t timed_out_total = 0;
    friend bool operator==(const ConnectionCounts&, const ConnectionCounts&) = default;
};

struct BufferCounts {
    std::uint32_t size_bytes = 0;
    std::uint32_t max = 0;
    std::uint32_t allocated = 0;
    std::uint32_t in_use = 0;
    std::uint32_t waiting = 0;
    std::uint64_t waits_total = 0;
    friend bool operator==(const BufferCounts&, const BufferCounts&) = default;
};

struct WorkerCounts {
    std::uint32_t max = 0;
    std::uint32_t busy = 0;
    std::uint32_t queued = 0;
    friend bool operator==(const WorkerCounts&, const WorkerCounts&) = default;
};

/// Nothing where the system has no such figure.
struct HeapFigures {
    std::optional<std::uint64_t> free_bytes;
    std::optional<std::uint64_t> minimum_free_bytes;
    friend bool operator==(const HeapFigures&, const HeapFigures&) = default;
};

/// The percentiles are nothing before the first request.
struct RequestFigures {
    std::uint64_t total = 0;
    double per_s = 0;
    std::optional<double> p50_ms;
    std::optional<double> p99_ms;
    friend bool operator==(const RequestFigures&, const RequestFigures&) = default;
};

/// The most that was in use at one time within the last whole second; the same for every reader.
struct PeakFigures {
    std::uint32_t window_ms = 0;
    std::uint32_t connections = 0;
    std::uint32_t buffers = 0;
    std::uint32_t waiting = 0;
    friend bool operator==(const PeakFigures&, const PeakFigures&) = default;
};

struct Slot {
    std::uint32_t slot = 0;
    SlotState state = SlotState::free;
    std::string peer;  ///< address and port; empty while free
    std::uint64_t idle_ms = 0;
    std::uint64_t requests = 0;
    bool buffer = false;
    std::optional<std::uint32_t> busy_ms;  ///< of the last whole second; the first release does not tell it
    friend bool operator==(const Slot&, const Slot&) = default;
};

struct Diagnostics {
    std::uint64_t uptime_ms = 0;
    ConnectionCounts connections;
    BufferCounts buffers;
    WorkerCounts workers;
    HeapFigures heap;
    RequestFigures requests;
    std::optional<PeakFigures> peak;                        ///< the first release does not tell it
    std::optional<std::uint32_t> minimum_rate_bytes_per_s;  ///< likewise
    std::vector<Slot> slots;
    friend bool operator==(const Diagnostics&, const Diagnostics&) = default;
};

}  // namespace boardwalk::protocol
