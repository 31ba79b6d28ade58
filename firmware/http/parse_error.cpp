#include "firmware/http/parse_error.hpp"

#include <array>

#include "firmware/http/problem_table.hpp"

namespace boardwalk::http {
namespace {

using Row = ProblemRow<ParseError>;

using enum ParseError;

constexpr std::array rows = {
    Row{none, 500, "internal", "No error was recorded."},
    Row{bad_request_line, 400, "bad_request_line",
        "The first line must be: method, space, target, space, HTTP/1.1."},
    Row{bad_line_ending, 400, "bad_line_ending", "Lines must end with CR LF."},
    Row{bad_target, 400, "bad_target",
        "The request target is no path, or holds what a URI may only hold percent-encoded."},
    Row{target_too_long, 414, "target_too_long", "The request target is longer than this board takes."},
    Row{bad_version, 400, "bad_version", "The protocol version must look like HTTP/1.1."},
    Row{version_not_supported, 505, "version_not_supported", "This board speaks HTTP/1.1."},
    Row{method_not_implemented, 501, "method_not_implemented",
        "This board knows GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS."},
    Row{misdirected, 421, "misdirected", "This is the board's http port; the target names https."},
    Row{bad_field, 400, "bad_field",
        "A header field is malformed: it must be a token, a colon and a value without control characters."},
    Row{folded_field, 400, "folded_field", "A header field may not be continued on the next line."},
    Row{repeated_field, 400, "repeated_field",
        "A header field that holds one value came twice, or without a value."},
    Row{head_too_large, 431, "head_too_large",
        "The request's header fields are larger than this board takes."},
    Row{too_many_fields, 431, "too_many_fields", "The request has more header fields than this board takes."},
    Row{missing_host, 400, "missing_host", "An HTTP/1.1 request needs exactly one Host field."},
    Row{bad_host, 400, "bad_host", "The host must be a name or an address, with an optional port."},
    Row{conflicting_framing, 400, "conflicting_framing",
        "Content-Length and Transfer-Encoding contradict each other, are repeated, or are not for HTTP/1.0."},
    Row{bad_content_length, 400, "bad_content_length", "Content-Length must be a decimal number."},
    Row{bad_transfer_coding, 400, "bad_transfer_coding",
        "The last transfer coding must be chunked, once and without parameters."},
    Row{transfer_coding_not_implemented, 501, "transfer_coding_not_implemented",
        "The only transfer coding that this board knows is chunked."},
    Row{expectation_failed, 417, "expectation_failed",
        "The only expectation that this board can meet is 100-continue."},
    Row{bad_chunk, 400, "bad_chunk", "The chunked body is malformed."},
    Row{body_too_large, 413, "body_too_large", "The request's body is larger than this board takes here."},
};

static_assert(is_whole(rows, last_parse_error), "one row for each ParseError, in its order");

}  // namespace

Problem problem_of(ParseError error) { return rows[static_cast<std::size_t>(error)].problem(); }

}  // namespace boardwalk::http
