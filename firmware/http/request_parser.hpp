#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "firmware/http/parse_error.hpp"
#include "firmware/http/request.hpp"

namespace boardwalk::http {

/// Finds the end of a request head as its bytes come in (RFC 9112 §2.1). Looks at each byte once.
class HeadScanner {
public:
    /// `input` holds everything since the start of the head, at each call at least what the last call saw.
    /// Returns the size of the head with its empty line, or 0 while it is incomplete. An error that can be
    /// told before the head is complete (not HTTP at all, bare LF, too large) is told at once.
    std::size_t scan(std::string_view input, ParseError& error);
    /// It has looked at nothing yet.
    [[nodiscard]] bool fresh() const { return scanned_ == 0; }

private:
    std::uint16_t scanned_ = 0;
    std::uint16_t line_begin_ = 0;
};

/// Parses one complete request head (RFC 9112 §2–§6), its empty line included; empty lines in front are
/// skipped (§2.2). Views in `request` point into `head`.
[[nodiscard]] ParseError parse_head(std::string_view head, Request& request);

/// The same of a head that has come in whole, as most do: finds its end on the way, and looks at each byte
/// once. Returns its size; 0 when it is incomplete or something is amiss: HeadScanner and `parse_head` tell
/// what, and `request` is of no use.
[[nodiscard]] std::size_t read_head(std::string_view input, Request& request);

/// Parses the first line alone, so far as it is there and well formed: what an answer to a head that cannot
/// be parsed may go by. The method is known as soon as a blank follows it: the answer to HEAD has no body
/// (RFC 9110 §9.3.2), also when the rest of the line is missing or wrong.
void parse_first_line(std::string_view input, Request& request);

/// Removes the field lines that the board does not read (User-Agent, …), and cookies that are no board's,
/// from a parsed head, in place. Returns the new size of the head, which parses as before.
[[nodiscard]] std::size_t drop_unread_fields(std::span<char> head);

/// True for the name of a field that is read here. Of a Cookie only what `is_boards_cookie` knows is read.
[[nodiscard]] bool is_read_field(std::string_view name);

/// True for a pair `name=value` of a Cookie that a board may have set, maybe another one on this host; false
/// for those of other services. For the beginning of a pair, which may go on: true while it may become one.
[[nodiscard]] bool is_boards_cookie(std::string_view pair);
[[nodiscard]] bool may_be_boards_cookie(std::string_view beginning);

/// One line: method, target, version (RFC 9112 §3).
[[nodiscard]] ParseError parse_request_line(std::string_view line, Request& request);

}  // namespace boardwalk::http
