#include <cstring>

#include "firmware/http/grammar.hpp"
#include "firmware/http/request_parser.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

/// What is wrong with a head that fills all its room.
ParseError too_large(std::string_view input) {
    const auto first_line = input.substr(0, input.find('\n'));
    if (first_line.size() < input.size()) return ParseError::head_too_large;
    // A method longer than any that we know (RFC 9112 §3).
    return first_line.find(' ') == std::string_view::npos ? ParseError::method_not_implemented
                                                          : ParseError::target_too_long;
}

}  // namespace

std::size_t HeadScanner::scan(std::string_view input, ParseError& error) {
    error = ParseError::none;
    // A method starts with a token character; a TLS hello or noise does not, and is told so at its first
    // byte.
    if (scanned_ == 0 && !input.empty() && !is_token_character(input[0]) && input[0] != '\r' &&
        input[0] != '\n') {
        error = ParseError::bad_request_line;
        return 0;
    }
    while (scanned_ < input.size()) {
        const auto* found =
            static_cast<const char*>(std::memchr(input.data() + scanned_, '\n', input.size() - scanned_));
        if (found == nullptr) {
            scanned_ = static_cast<std::uint16_t>(input.size());
            break;
        }
        const auto at = static_cast<std::size_t>(found - input.data());
        if (at == 0 || input[at - 1] != '\r') {
            error = ParseError::bad_line_ending;
            return 0;
        }
        scanned_ = static_cast<std::uint16_t>(at + 1);
        const bool empty_line = at == static_cast<std::size_t>(line_begin_) + 1;
        const bool before_request_line =
            at == 1 ||
            (empty_line && input.substr(0, at + 1).find_first_not_of("\r\n") == std::string_view::npos);
        line_begin_ = scanned_;
        if (empty_line && !before_request_line) {
            if (scanned_ > limits::head_bytes_max) break;
            return scanned_;
        }
    }
    if (scanned_ >= limits::head_bytes_max) error = too_large(input.substr(0, limits::head_bytes_max));
    return 0;
}

}  // namespace boardwalk::http
