#include "firmware/http/body_decoder.hpp"

#include <algorithm>

#include "firmware/http/grammar.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {

BodyDecoder::BodyDecoder(Framing framing, std::uint64_t content_length) {
    chunked_ = framing == Framing::chunked;
    if (chunked_) {
        state_ = State::size;
    } else if (framing == Framing::length && content_length > 0) {
        state_ = State::data;
        remaining_ = content_length;
    }
}

BodyDecoder::Step BodyDecoder::decode(std::string_view input) {
    if (chunked_ && state_ != State::done) return decode_chunked(input);
    Step step;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
    step.data = input.substr(0, size);
    step.consumed = size;
    remaining_ -= size;
    if (remaining_ == 0) state_ = State::done;
    step.done = state_ == State::done;
    return step;
}

BodyDecoder::Step BodyDecoder::decode_chunked(std::string_view input) {
    Step step;
    while (step.consumed < input.size() && state_ != State::done) {
        if (state_ == State::data) {
            const auto rest = input.substr(step.consumed);
            const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, rest.size()));
            step.data = rest.substr(0, size);
            step.consumed += size;
            remaining_ -= size;
            if (remaining_ == 0) state_ = State::data_end;
            return step;
        }
        if (!framing_byte(input[step.consumed++])) {
            step.error = ParseError::bad_chunk;
            return step;
        }
    }
    step.done = state_ == State::done;
    return step;
}

bool BodyDecoder::framing_byte(char c) {
    // Nothing of the framing may hold a control character, so no CR or LF but where one must stand.
    if (c != '\r' && c != '\n' && !is_field_value({&c, 1})) return false;
    switch (state_) {
        case State::size:
            if (const int digit = hex_value(c); digit >= 0) {
                if (++size_digits_ > 15) return false;  // cannot wrap
                remaining_ = remaining_ * 16 + static_cast<unsigned>(digit);
                return true;
            }
            if (size_digits_ == 0) return false;
            size_digits_ = 0;
            return size_is_over(c);
        case State::extension_space: return size_is_over(c) && c != '\r';
        case State::extension:
            if (c == '\r') state_ = State::size_end;
            return c == '\r' || (c != '\n' && spend_overhead());
        case State::size_end: state_ = remaining_ == 0 ? State::trailer : State::data; return c == '\n';
        case State::data_end: state_ = State::data_end_lf; return c == '\r';
        case State::data_end_lf: state_ = State::size; return c == '\n';
        case State::trailer:
            state_ = c == '\r' ? State::last_lf : State::trailer_name;
            return c == '\r' || (is_token_character(c) && spend_overhead());
        case State::trailer_name:
            if (c == ':') state_ = State::trailer_value;
            return (c == ':' || is_token_character(c)) && spend_overhead();
        case State::trailer_value:
            if (c == '\r') state_ = State::trailer_lf;
            return c == '\r' || (c != '\n' && spend_overhead());
        case State::trailer_lf: state_ = State::trailer; return c == '\n';
        case State::last_lf: state_ = State::done; return c == '\n';
        case State::data:
        case State::done: break;
    }
    return false;
}

/// What may follow the digits of a size: the line's end, or an extension with white space before its
/// semicolon.
bool BodyDecoder::size_is_over(char c) {
    switch (c) {
        case '\r': state_ = State::size_end; return true;
        case ';': state_ = State::extension; return spend_overhead();
        case ' ':
        case '\t': state_ = State::extension_space; return spend_overhead();
        default: return false;
    }
}

bool BodyDecoder::spend_overhead() { return ++overhead_bytes_ <= limits::body_overhead_bytes_max; }

}  // namespace boardwalk::http
