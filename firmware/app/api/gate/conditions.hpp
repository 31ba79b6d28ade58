#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/request.hpp"
#include "firmware/http/response.hpp"

/// Conditional requests and ranges (RFC 9110 §13, §14). Nothing here has a date of modification, so the
/// conditions that name one are ignored, as §13.1.3 and §13.1.4 ask for then.
namespace boardwalk::app {

/// True when a request to change what `etag` names must be answered 412.
[[nodiscard]] bool preconditions_fail(const http::Request&, std::string_view etag);

/// Turns a finished 200 answer to GET or HEAD into what the request's conditions ask for: 412, 304, and,
/// where it accepts ranges, 206 or 416. Leaves any other answer alone.
void apply_conditions(const http::Request&, http::Response&);

struct ByteRange {
    enum class Kind : std::uint8_t { whole, part, unsatisfiable };
    Kind kind = Kind::whole;
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
};
/// One range of a representation (RFC 9110 §14.1.2). More than one, another unit or bad syntax: the whole.
[[nodiscard]] ByteRange byte_range(std::string_view range, std::uint64_t total_bytes);

}  // namespace boardwalk::app
