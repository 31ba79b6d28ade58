#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/core/json_writer.hpp"
#include "firmware/http/response.hpp"

namespace boardwalk::http {

/// An error as RFC 9457 tells it. `code` is the stable word that programs compare.
struct Problem {
    std::uint16_t status = 500;
    std::string_view code = {};
    std::string_view detail = {};       ///< one sentence that says what to do; may live on the caller's stack
    std::string_view instance = {};     ///< the request's path; empty: left out
    std::string_view pointer = {};      ///< 422: JSON Pointer of the offending member; empty: no `errors`
    std::string_view figure_name = {};  ///< of a member that this code alone has; empty: none
    std::uint64_t figure = 0;
};

/// The problem as one JSON object.
void write(JsonWriter&, const Problem&);

/// Makes the problem the answer, as `application/problem+json`.
void answer(Response&, const Problem&);

/// "HTTP/1.1 404 Not Found", for every status that we send; empty for any other.
[[nodiscard]] std::string_view status_line(std::uint16_t status);
/// "Not Found" for 404, and so on for every status that we send (RFC 9110 §15).
[[nodiscard]] std::string_view reason_phrase(std::uint16_t status);

}  // namespace boardwalk::http
