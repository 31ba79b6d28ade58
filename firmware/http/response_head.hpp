#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/core/text_writer.hpp"
#include "firmware/http/response.hpp"

namespace boardwalk::http {

/// How the client finds the end of an answer (RFC 9112 §6.3).
enum class BodyEnd : std::uint8_t { length, chunked, close, no_body };

struct HeadFacts {
    BodyEnd end = BodyEnd::length;
    std::uint64_t content_length = 0;
    bool keep_alive = true;
    std::uint8_t minor_version = 1;
    std::string_view date = {};  ///< IMF-fixdate; empty while the board has no clock (RFC 9110 §6.6.1)
};

/// Writes a response head with its empty line: at most `limits::response_head_bytes_max` bytes.
void write_head(TextWriter& out, const Response& response, const HeadFacts& facts);

// Its two parts:

/// those lines that tell of this answer and not of what is sent: status, Date, Connection. Of the end of the
/// last one nothing yet;
void write_first_lines(TextWriter& out, const Response& response, const HeadFacts& facts);
/// the others, each with the end of the line before it, and the empty line.
void write_fields(TextWriter& out, const Response& response, const HeadFacts& facts);

/// `unix_time_s` as IMF-fixdate (RFC 9110 §5.6.7), 29 bytes.
void write_date(TextWriter& out, std::int64_t unix_time_s);

}  // namespace boardwalk::http
