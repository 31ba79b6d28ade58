#include "firmware/http/body_decoder.hpp"

#include <algorithm>

#include "firmware/http/grammar.hpp"

namespace boardwalk::http {
namespace {

/// Chunk extensions and trailer fields are read over; more of them than this is an attack (RFC 9112 §7.1.1).
constexpr std::uint16_t overhead_bytes_max = 1024;

}  // namespace

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
    switch (state_) {
        case State::size: {
            if (const int digit = hex_value(c); digit >= 0) {
                if (++size_digits_ > 15) return false;  // cannot wrap
                remaining_ = remaining_ * 16 + static_cast<unsigned>(digit);
                return true;
            }
            if (size_digits_ == 0) return false;
            overhead_bytes_ = 0;
            if (c == '\r') state_ = State::size_end;
            else if (c == ';' || c == ' ' || c == '\t') state_ = State::extension;
            else return false;
            return true;
        }
        case State::extension:
            if (c == '\r') state_ = State::size_end;
            else if (c == '\n' || c == '\0') return false;
            return ++overhead_bytes_ <= overhead_bytes_max;
        case State::size_end:
            if (c != '\n') return false;
            size_digits_ = 0;
            overhead_bytes_ = 0;
            trailer_line_empty_ = true;
            state_ = remaining_ == 0 ? State::trailer : State::data;
            return true;
        case State::data_end: state_ = State::data_end_lf; return c == '\r';
        case State::data_end_lf: state_ = State::size; return c == '\n';
        case State::trailer:
            if (c == '\r') state_ = State::trailer_lf;
            else if (c == '\n' || c == '\0') return false;
            else trailer_line_empty_ = false;
            return ++overhead_bytes_ <= overhead_bytes_max;
        case State::trailer_lf:
            if (c != '\n') return false;
            state_ = trailer_line_empty_ ? State::done : State::trailer;
            trailer_line_empty_ = true;
            return true;
        case State::data:
        case State::done: break;
    }
    return false;
}

}  // namespace boardwalk::http
