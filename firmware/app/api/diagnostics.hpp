#pragma once

#include <optional>

#include "firmware/app/board.hpp"
#include "firmware/http/response.hpp"

namespace boardwalk::app {

/// Writes the diagnostics document piece by piece; true once it is whole. The cursor begins with zeros;
/// its last entry is the number of bytes that slots leave free.
bool write_diagnostics(const Board&, http::BodyProducer::Cursor&, TextWriter& out);

inline constexpr std::string_view diagnostics_end = "]}";

/// The duration that the share `rank` (0.5, 0.99) of all requests stayed below, estimated from the histogram:
/// even spread within a bucket. Nothing before the first request.
[[nodiscard]] std::optional<double> percentile_ms(const server::Statistics&, double rank);

}  // namespace boardwalk::app
