#pragma once

#include <cstdint>
#include <string_view>

namespace boardwalk::app {

/// True when the list of If-None-Match has this validator, compared weakly (RFC 9110 §13.1.2).
[[nodiscard]] bool matches_weakly(std::string_view if_none_match, std::string_view etag);
/// True when the list of If-Match has it, compared strongly (RFC 9110 §13.1.1).
[[nodiscard]] bool matches_strongly(std::string_view if_match, std::string_view etag);

/// What a client takes, in thousandths (RFC 9110 §12.5.3); 0: refused.
struct AcceptedCodings {
    unsigned gzip = 1000;
    unsigned identity = 1;
};
/// `present`: whether the field was sent at all. Without it gzip is preferred: that is how assets are stored.
[[nodiscard]] AcceptedCodings accepted_codings(std::string_view accept_encoding, bool present);

struct ByteRange {
    enum class Kind : std::uint8_t { whole, part, unsatisfiable };
    Kind kind = Kind::whole;
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
};
/// One range of a representation (RFC 9110 §14.1.2). More than one, another unit or bad syntax: the whole.
[[nodiscard]] ByteRange byte_range(std::string_view range, std::uint64_t total_bytes);

}  // namespace boardwalk::app
