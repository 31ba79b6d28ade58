#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/http/parse_error.hpp"
#include "firmware/http/request.hpp"

namespace boardwalk::http {

/// Takes the framing off a request's body (RFC 9112 §6, §7.1). Bytes in, pieces of the body out.
class BodyDecoder {
public:
    /// What one call found: `data` is the next piece of the body (a view into the input), `consumed` counts
    /// it and the framing before it. Call again with the rest until `done`, or until nothing was consumed.
    struct Step {
        std::size_t consumed = 0;
        std::string_view data;
        bool done = false;
        ParseError error = ParseError::none;
    };

    BodyDecoder() = default;
    BodyDecoder(Framing, std::uint64_t content_length);

    Step decode(std::string_view input);
    /// Nothing more belongs to the body.
    [[nodiscard]] bool done() const { return state_ == State::done; }

private:
    enum class State : std::uint8_t {
        done,
        data,
        size,
        extension_space,  ///< before an extension's semicolon
        extension,
        size_end,
        data_end,
        data_end_lf,
        trailer,  ///< the first byte of a trailer field, or of the last line
        trailer_name,
        trailer_value,
        trailer_lf,
        last_lf
    };

    Step decode_chunked(std::string_view input);
    /// One byte of the framing. False: malformed.
    bool framing_byte(char c);
    bool size_is_over(char c);
    bool spend_overhead();

    std::uint64_t remaining_ = 0;
    std::uint16_t overhead_bytes_ = 0;  ///< of all extensions and trailer fields so far
    std::uint8_t size_digits_ = 0;
    bool chunked_ = false;
    State state_ = State::done;
};

}  // namespace boardwalk::http
