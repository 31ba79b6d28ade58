#pragma once

#include <cstdint>
#include <optional>

#include "firmware/core/json_writer.hpp"

namespace boardwalk::app {

/// Milliseconds since 1970 in UTC; nothing while the board has no clock.
using Time = std::optional<std::int64_t>;

/// `"2026-11-21T04:49:38.120Z"` (RFC 3339 §5.6), or null.
void write_time(JsonWriter&, Time);

}  // namespace boardwalk::app
