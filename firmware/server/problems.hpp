#pragma once

#include <string_view>

#include "firmware/http/problem.hpp"
#include "firmware/limits.hpp"

/// What the server itself answers when it cannot serve a request whose head is right. (Parse errors have
/// their table in firmware/http.)
namespace boardwalk::server {

[[nodiscard]] constexpr http::Problem problem(std::uint16_t status, std::string_view code,
                                              std::string_view detail) {
    return {.status = status, .code = code, .detail = detail, .instance = {}, .pointer = {}};
}

inline constexpr auto head_timed_out =
    problem(408, "head_timeout", "The request's head took too long to arrive.");
inline constexpr auto head_evicted =
    problem(408, "head_timeout", "The request's head did not arrive while others were waiting.");
inline constexpr auto body_timed_out = problem(408, "body_timeout", "The request's body stopped arriving.");
inline constexpr auto websockets_exhausted =
    problem(503, "websockets_exhausted",
            "All of this board's WebSockets are in use. Poll /api/v1/state, or try again later.");
inline constexpr auto network_exhausted =
    problem(503, "pool_exhausted", "The network's memory is in use by others. Try again in two seconds.");
static_assert(limits::retry_after_s == 2, "in two seconds");

inline constexpr auto overloaded =
    problem(503, "pool_exhausted", "All of this board's connections are busy. Try again in two seconds.");

/// `overloaded` as a whole answer, for a client that waited in line for too long; sent by reference, without
/// a buffer.
[[nodiscard]] std::string_view overload_answer();

}  // namespace boardwalk::server
