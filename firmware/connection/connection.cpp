#include "firmware/connection/connection.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <utility>

#include "firmware/limits.hpp"

namespace boardwalk::connection {
void Connection::open() {
    reset();
    transition(Event::opened);
}

char* Connection::return_buffer() {
    input_begin_ = input_end_ = 0;
    return std::exchange(buffer_, nullptr);
}

bool Connection::buffer_is_spent() const {
    switch (state_) {
        case State::free: return true;
        case State::idle: return input_end_ == 0;
        case State::sending:
            return input_end_ == 0 && output_begin_ == output_end_ && source_ != Source::producer &&
                   source_ != Source::volatile_copy;
        case State::websocket:
            return input_begin_ == input_end_ && session().held_bytes() == 0 && !is_within_frame();
        case State::head:
        case State::body:
        case State::working: return false;
    }
    return false;
}

bool Connection::buffer_holds_only_requests_ahead() const {
    if (state_ != State::sending || input_end_ == 0) return false;
    const bool no_output_is_left = output_begin_ == output_end_;
    return source_ == Source::second_buffer ||
           (no_output_is_left && (source_ == Source::fixed || source_ == Source::none));
}

void Connection::drop_requests_ahead() {
    input_begin_ = input_end_ = 0;
    keep_alive_ = false;
    if (source_ == Source::second_buffer) std::swap(buffer_, phase_.second_buffer);
}

std::span<char> Connection::input_room() const {
    const auto end =
        streams_body_ ? limits::buffer_bytes + limits::buffer_slack_bytes : limits::input_bytes_max;
    return {buffer_ + input_end_, end - input_end_};
}

void Connection::received(std::size_t bytes) {
    input_end_ = u16(input_end_ + bytes);
    if (state_ == State::idle && bytes > 0) transition(Event::first_byte);
}

Connection::Progress Connection::advance(http::Request& request, http::ParseError& error) {
    error = http::ParseError::none;
    if (state_ == State::body) return streams_body_ ? advance_piece(error) : advance_body(error);
    std::size_t size = input_end_;
    head_bytes_ = u16(phase_.head_reader.read({buffer_, limits::input_bytes_max}, size, request, error));
    input_end_ = u16(size);
    if (error != http::ParseError::none) return Progress::error;
    if (head_bytes_ == 0) return Progress::need_input;
    remember(request);
    input_begin_ = head_bytes_;
    body_bytes_ = 0;
    return Progress::head;
}

Connection::Progress Connection::advance_body(http::ParseError& error) {
    while (true) {
        const auto step = decode_body(limits::input_bytes_max);
        error = step.error;
        if (error != http::ParseError::none) return Progress::error;
        if (body_bytes_ > phase_.body.bytes_max) {
            error = http::ParseError::body_too_large;
            return Progress::error;
        }
        if (step.done) return Progress::request;
        if (step.consumed == 0 || input_begin_ == input_end_) break;
    }
    // All input is decoded: the room that its framing took is free again.
    input_begin_ = input_end_ = u16(head_bytes_ + std::size_t{body_bytes_});
    if (input_room().empty()) {
        error = http::ParseError::body_too_large;
        return Progress::error;
    }
    return Progress::need_input;
}

/// Takes the framing off the next input, at most `bytes_max` bytes of it, and puts the data behind the body
/// so far: it moves down, or stays.
http::BodyDecoder::Step Connection::decode_body(std::size_t bytes_max) {
    const auto size = std::min(bytes_max, std::size_t{input_end_} - input_begin_);
    const auto step = phase_.body.decoder.decode({buffer_ + input_begin_, size});
    std::copy(step.data.begin(), step.data.end(), buffer_ + head_bytes_ + body_bytes_);
    body_bytes_ = u16(body_bytes_ + step.data.size());
    input_begin_ = u16(input_begin_ + step.consumed);
    return step;
}

Connection::Progress Connection::advance_piece(http::ParseError& error) {
    while (body_bytes_ < limits::piece_bytes) {
        const auto step = decode_body(limits::piece_bytes - body_bytes_);
        error = step.error;
        if (error != http::ParseError::none) return Progress::error;
        if (step.done) {
            piece_is_last_ = true;
            return Progress::piece;
        }
        if (input_begin_ == input_end_) break;
    }
    if (body_bytes_ == limits::piece_bytes) return Progress::piece;
    input_begin_ = input_end_ = body_bytes_;  // as above
    return Progress::need_input;
}

void Connection::stream_body(const http::Request& request) {
    begin_body(request, 0);
    streams_body_ = true;
    input_begin_ = head_bytes_;
    drop_request();
    transition(Event::body_expected);
}

void Connection::release_piece() {
    drop_request();
    transition(Event::piece_released);
}

void Connection::finish_stream() {
    drop_request();
    // What follows an unfinished body cannot be found; and a client may have sent more ahead than is left
    // room for behind this part of the buffer (RFC 9112 §9.3.2: it repeats that).
    if (!piece_is_last_ || input_end_ > limits::input_bytes_max) {
        input_end_ = 0;
        keep_alive_ = false;
    }
    streams_body_ = piece_is_last_ = false;
}

http::Request Connection::request() const {
    http::Request request;
    (void)http::parse_head({buffer_, head_bytes_}, request);
    request.body = {buffer_ + head_bytes_, body_bytes_};
    return request;
}

http::Request Connection::first_line() const {
    http::Request request;
    http::parse_first_line({buffer_, input_end_}, request);
    return request;
}

void Connection::remember(const http::Request& request) {
    is_http_1_0_ = request.minor_version == 0;
    head_only_ = request.method == http::Method::head;
    keep_alive_ = request.keep_alive;
}

void Connection::skip_body(const http::Request& request) {
    if (request.framing == http::Framing::none) return;
    const bool here = request.framing == http::Framing::length &&
                      request.content_length <= std::size_t{input_end_} - input_begin_;
    if (here) {
        input_begin_ = u16(input_begin_ + static_cast<std::size_t>(request.content_length));
    } else {
        keep_alive_ = false;
    }
}

http::ParseError Connection::expect_body(const http::Request& request, std::size_t bytes_max) {
    if (head_bytes_ + bytes_max > limits::input_bytes_max) shrink_head();
    input_begin_ = head_bytes_;
    bytes_max = std::min(bytes_max, limits::input_bytes_max - head_bytes_);
    if (request.framing == http::Framing::length && request.content_length > bytes_max) {
        return http::ParseError::body_too_large;
    }
    begin_body(request, bytes_max);
    transition(Event::body_expected);
    return http::ParseError::none;
}

void Connection::begin_body(const http::Request& request, std::size_t bytes_max) {
    std::construct_at(&phase_.body, Body{.decoder = {request.framing, request.content_length},
                                         .bytes_max = u16(bytes_max)});
}

/// Makes room for a body behind a large head.
void Connection::shrink_head() {
    const auto size = http::drop_unread_fields({buffer_, head_bytes_});
    std::memmove(buffer_ + size, buffer_ + head_bytes_, std::size_t{input_end_} - head_bytes_);
    input_end_ = u16(input_end_ - (head_bytes_ - size));
    head_bytes_ = u16(size);
}

/// The request has been dealt with: what came behind it moves to the front.
void Connection::drop_request() {
    const auto rest = std::size_t{input_end_} - input_begin_;
    if (rest > 0) std::memmove(buffer_, buffer_ + input_begin_, rest);
    input_begin_ = 0;
    input_end_ = u16(rest);
    head_bytes_ = body_bytes_ = 0;
}

}  // namespace boardwalk::connection
