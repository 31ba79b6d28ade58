#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/core/json_writer.hpp"
#include "firmware/core/text_writer.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::http {

/// A body that is longer than a buffer: a resumable writer. `next` appends whole pieces while they fit, moves
/// the cursor past them and returns true once nothing is left. Called again each time the network took a
/// piece; what it shows may change between two calls, so it copes with a cursor whose item is gone.
struct BodyProducer {
    using Cursor = std::array<std::uint64_t, 3>;
    using Next = bool (*)(void* context, Cursor& cursor, TextWriter& out);
    Next next = nullptr;
    void* context = nullptr;
    Cursor cursor{};
};

/// What a handler answers. Views given to it are static unless a line says otherwise.
struct Response {
    std::uint16_t status = 200;
    std::string_view content_type;
    std::string_view content_encoding;
    std::string_view cache_control = "no-store";
    FixedString<64> etag;      ///< with its quotation marks; empty: none
    FixedString<64> location;  ///< empty: none
    std::uint16_t allow = 0;   ///< for 405 and OPTIONS: a bit for each Method
    std::uint32_t retry_after_s = 0;
    std::string_view set_cookie;  ///< RFC 6265 §4.1; need not outlive the handler's caller. Empty: none
    bool vary_accept_encoding = false;
    bool close = false;  ///< end the connection after this answer

    /// One of three bodies:
    /// text written now, at most `limits::inline_body_bytes_min` bytes for sure (more when the buffer has
    /// room);
    TextWriter text;
    /// bytes that outlive the answer, sent by reference, or — `fixed_is_static == false` — copied before the
    /// handler's caller returns (at most `limits::buffer_bytes`);
    std::string_view fixed;
    bool fixed_is_static = true;
    /// All fields of a 200 with the whole of `fixed`, and the empty line, made before: when the program was
    /// built, then they may lie in front of it, or by KeptFields. Each line begins with its CR LF. Empty:
    /// they are made for this answer.
    std::string_view fields;
    /// a resumable writer.
    BodyProducer producer;

    /// Part of a representation (RFC 9110 §14.4); sends Content-Range when `range_total` is not zero.
    std::uint64_t range_first = 0;
    std::uint64_t range_total = 0;
    bool accept_ranges = false;

    /// Starts an `application/json` answer that is written at once.
    JsonWriter json(std::uint16_t status_code = 200) {
        status = status_code;
        content_type = "application/json";
        text.truncate(0);
        return JsonWriter(text);
    }
};

}  // namespace boardwalk::http
