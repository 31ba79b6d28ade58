#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/http/request_parser.hpp"

namespace boardwalk::http {

/// Reads one request head as its bytes come in, in the memory where they lie.
///
/// A head that fits its memory is parsed where it is. When it does not fit, the field lines that are not read
/// here (User-Agent, …), and the cookies of other services on the same host, are checked and dropped as they
/// come, so that only what is read counts towards `limits::head_bytes_max`; and the name of a Cookie while
/// its line comes. What is dropped has limits of its own: `head_unread_bytes_max`, and `fields_max` for all
/// field lines together. The result does not depend on where the input is cut.
class HeadReader {
public:
    /// `memory` begins with the head, and holds what the last call left and `size` bytes in all; it has room
    /// for `limits::head_bytes_max`. Returns the size of the head with its empty line, and 0 while it is
    /// incomplete (`size` is then below `head_bytes_max`) or when there is an error. May take bytes out:
    /// `size` is then smaller. Views in `request` point into `memory`.
    std::size_t read(std::span<char> memory, std::size_t& size, Request& request, ParseError& error);

private:
    /// What comes next in a head that is too large.
    struct Step {
        std::size_t bytes = 0;  ///< 0: more input is needed
        bool keep = false;
        ParseError error = ParseError::none;
        bool begins_cookie = false;
        bool takes_back = false;  ///< the line that began so
    };

    std::size_t find_end(std::span<char> memory, std::size_t& size, ParseError& error);
    std::size_t drop_unread(std::span<char> memory, std::size_t& size, ParseError& error);
    Step next_step(std::string_view rest);
    Step next_of_value(std::string_view rest);
    Step next_of_cookie(std::string_view rest);
    Step end_of_cookie(std::string_view rest);
    Step counted(Step);

    HeadScanner scanner_;
    std::uint16_t kept_bytes_ = 0;  ///< whole lines that stay; 0: nothing had to be dropped so far
    std::uint16_t dropped_bytes_ = 0;
    std::uint8_t field_count_ = 0;
    bool within_value_ = false;  ///< of a field that is dropped, or of a cookie's pair
    bool within_cookie_ = false;
    bool keeps_cookie_ = false;       ///< a pair of this line stays
    std::uint16_t cookie_begin_ = 0;  ///< where the line begins
};

}  // namespace boardwalk::http
