#include "firmware/http/parse_error.hpp"

#include <array>

namespace boardwalk::http {
namespace {

struct Row {
    std::uint16_t status;
    std::string_view code;
    std::string_view detail;
};

/// In the order of ParseError.
constexpr std::array<Row, 20> rows = {{
    {500, "internal", "No error was recorded."},
    {400, "bad_request_line", "The first line must be: method, space, target, space, HTTP/1.1."},
    {400, "bad_line_ending", "Lines must end with CR LF."},
    {400, "bad_target", "The request target holds a character that a URI may not hold, or is not a path."},
    {414, "target_too_long", "The request target is longer than this board takes."},
    {400, "bad_version", "The protocol version must look like HTTP/1.1."},
    {505, "version_not_supported", "This board speaks HTTP/1.1."},
    {501, "method_not_implemented", "This board knows GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS."},
    {400, "bad_field",
     "A header field is malformed: it must be a token, a colon and a value without control characters."},
    {400, "folded_field", "A header field may not be continued on the next line."},
    {431, "head_too_large", "The request's header fields are larger than this board takes."},
    {431, "too_many_fields", "The request has more header fields than this board takes."},
    {400, "missing_host", "An HTTP/1.1 request needs exactly one Host field."},
    {400, "bad_host", "The Host field is not a host with an optional port."},
    {400, "conflicting_framing",
     "Content-Length and Transfer-Encoding contradict each other or are repeated."},
    {400, "bad_content_length", "Content-Length must be a decimal number."},
    {501, "transfer_coding_not_implemented", "The only transfer coding that this board knows is chunked."},
    {417, "expectation_failed", "The only expectation that this board can meet is 100-continue."},
    {400, "bad_chunk", "The chunked body is malformed."},
    {413, "body_too_large", "The request's body is larger than this board takes here."},
}};

}  // namespace

Problem problem_of(ParseError error) {
    const Row& row = rows[static_cast<std::size_t>(error)];
    return {.status = row.status, .code = row.code, .detail = row.detail, .instance = {}, .pointer = {}};
}

}  // namespace boardwalk::http
