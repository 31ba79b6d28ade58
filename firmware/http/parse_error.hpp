#pragma once

#include <cstdint>

#include "firmware/http/problem.hpp"

namespace boardwalk::http {

/// Everything that can be wrong with a message's framing and head. Each closes the connection, since after an
/// error the start of the next request is unknown.
enum class ParseError : std::uint8_t {
    none,
    bad_request_line,
    bad_line_ending,
    bad_target,
    target_too_long,
    bad_version,
    version_not_supported,
    method_not_implemented,
    misdirected,
    bad_field,
    folded_field,
    repeated_field,
    head_too_large,
    too_many_fields,
    missing_host,
    bad_host,
    conflicting_framing,
    bad_content_length,
    bad_transfer_coding,
    transfer_coding_not_implemented,
    expectation_failed,
    bad_chunk,
    body_too_large,
};
inline constexpr auto last_parse_error = ParseError::body_too_large;

/// The one table from error to answer.
[[nodiscard]] Problem problem_of(ParseError);

}  // namespace boardwalk::http
