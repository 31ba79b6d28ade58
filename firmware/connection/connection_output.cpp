#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <utility>

#include "firmware/connection/connection.hpp"

/// How an answer is laid out in the buffer, and sent from there.
namespace boardwalk::connection {
namespace {

constexpr std::size_t chunk_size_bytes = 6;  // "fff\r\n" and to spare
constexpr std::string_view chunk_end = "\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::size_t chunk_tail_bytes = chunk_end.size() + last_chunk.size();

}  // namespace

http::Response Connection::begin_response() const {
    http::Response response{};  // GCC 14 for ARM warns of a value that is not used without the braces
    const auto begin = input_end_ + limits::response_head_bytes_max;
    response.text = TextWriter({buffer_ + begin, limits::buffer_bytes - begin});
    return response;
}

void Connection::set_output(std::size_t begin, std::size_t size) {
    output_begin_ = u16(begin);
    output_end_ = u16(begin + size);
}

void Connection::answer(http::Response& response, std::string_view date, bool must_close) {
    if (must_close || response.close) keep_alive_ = false;
    const auto text = response.text.view();
    drop_request();
    transition(Event::answered);
    status_ = response.status;
    source_ = Source::none;
    http::HeadFacts facts;
    facts.keep_alive = keep_alive_;
    facts.minor_version = is_http_1_0_ ? 0 : 1;
    facts.date = date;
    if (response.status == 304 || response.status == 204) {
        facts.end = http::BodyEnd::no_body;
        response.text.truncate(0);
        answer_text(response, facts);
    } else if (response.producer.next != nullptr) {
        answer_producer(response, facts);
    } else if (!response.fixed.empty()) {
        facts.content_length = response.fixed.size();
        answer_fixed(response, facts);
    } else {
        facts.content_length = text.size();
        answer_text(response, facts);
    }
}

/// The head goes right in front of the text, so that one write takes both.
void Connection::answer_text(const http::Response& response, http::HeadFacts facts) {
    const auto text = head_only_ ? std::string_view() : response.text.view();
    if (text.empty()) {
        TextWriter out({buffer_ + input_end_, limits::buffer_bytes - input_end_});
        http::write_head(out, response, facts);
        assert(!out.overflowed());
        return set_output(input_end_, out.size());
    }
    std::array<char, limits::response_head_bytes_max> memory;
    TextWriter head(memory);
    http::write_head(head, response, facts);
    assert(!head.overflowed());
    const auto text_begin = static_cast<std::size_t>(text.data() - buffer_);
    const auto begin = text_begin - head.size();
    std::memcpy(buffer_ + begin, head.view().data(), head.size());
    set_output(begin, head.size() + text.size());
}

void Connection::answer_fixed(const http::Response& response, http::HeadFacts facts) {
    TextWriter out({buffer_ + input_end_, limits::buffer_bytes - input_end_});
    if (response.status == 200 && !response.fields.empty()) {  // not made: a tenth of such an answer
        http::write_first_lines(out, response, facts);
        const auto& fields = response.fields;
        if (response.fixed_is_static && fields.data() + fields.size() == response.fixed.data()) {
            send_by_reference({fields.data(), fields.size() + (head_only_ ? 0 : response.fixed.size())},
                              Source::fixed);
            return set_output(input_end_, out.size());
        }
        out.append(fields);
    } else {
        http::write_head(out, response, facts);
    }
    assert(!out.overflowed());
    if (!head_only_) {  // of what is not static, the rest is copied when the network does not take it whole
        send_by_reference(response.fixed, response.fixed_is_static ? Source::fixed : Source::volatile_copy);
    }
    set_output(input_end_, out.size());
}

void Connection::answer_producer(const http::Response& response, http::HeadFacts facts) {
    std::array<char, limits::response_head_bytes_max> memory;
    TextWriter head(memory);
    std::size_t begin = 0;
    std::size_t size = 0;
    std::construct_at(&phase_.producer, response.producer);
    const bool complete = produce(limits::response_head_bytes_max, begin, size);
    if (complete) {
        facts.content_length = size;
    } else {
        facts.end = is_http_1_0_ ? http::BodyEnd::close : http::BodyEnd::chunked;
        if (is_http_1_0_) facts.keep_alive = keep_alive_ = false;
        source_ = head_only_ ? Source::none : Source::producer;
        chunked_ = !is_http_1_0_;
    }
    http::write_head(head, response, facts);
    assert(!head.overflowed());
    if (head_only_) size = 0;
    if (!complete && chunked_ && size > 0) frame_chunk(begin, size, false);
    std::memcpy(buffer_ + begin - head.size(), head.view().data(), head.size());
    set_output(begin - head.size(), head.size() + size);
}

/// Lets the producer write the next part, with `reserve` bytes free in front of it. True: that was the last.
bool Connection::produce(std::size_t reserve, std::size_t& begin, std::size_t& size) {
    begin = input_end_ + reserve + chunk_size_bytes;
    TextWriter out({buffer_ + begin, limits::buffer_bytes - begin - chunk_tail_bytes});
    const bool complete = phase_.producer.next(phase_.producer.context, phase_.producer.cursor, out);
    size = out.size();
    if (size == 0 && !complete) broken_ = true;
    return complete;
}

/// RFC 9112 §7.1
void Connection::frame_chunk(std::size_t& begin, std::size_t& size, bool last) {
    TextWriter tail({buffer_ + begin + size, chunk_tail_bytes});
    if (size > 0) tail.append(chunk_end);
    if (last) tail.append(last_chunk);
    if (size == 0) {
        size = tail.size();
        return;
    }
    std::array<char, chunk_size_bytes> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), size, 16).ptr;
    const auto digits = static_cast<std::size_t>(end - text.data());
    const auto front = digits + 2;
    std::memcpy(buffer_ + begin - front, text.data(), digits);
    std::memcpy(buffer_ + begin - 2, "\r\n", 2);
    begin -= front;
    size += front + tail.size();
}

Piece Connection::next_piece() {
    if (output_begin_ == output_end_ && source_ == Source::producer) {
        std::size_t begin = 0;
        std::size_t size = 0;
        const bool last = produce(0, begin, size);
        if (last) source_ = Source::none;
        if (chunked_) frame_chunk(begin, size, last);
        set_output(begin, size);
    }
    const char* const memory = source_ == Source::second_buffer ? phase_.second_buffer : buffer_;
    const auto unsent = std::size_t{output_end_} - output_begin_;
    // An answer by reference goes on without a buffer once its head is out.
    return {.bytes = unsent > 0 ? std::string_view(memory + output_begin_, unsent) : std::string_view(),
            .behind = is_by_reference() ? phase_.rest : std::string_view(),
            .behind_is_fixed = source_ == Source::fixed};
}

void Connection::sent(std::size_t bytes) {
    const auto of_buffer = std::min(bytes, std::size_t{output_end_} - output_begin_);
    output_begin_ = u16(output_begin_ + of_buffer);
    if (bytes == of_buffer) return;
    phase_.rest.remove_prefix(bytes - of_buffer);
    if (phase_.rest.empty()) source_ = Source::none;
}

bool Connection::keep_unsent() {
    if (source_ != Source::volatile_copy) return true;
    const auto unsent = std::size_t{output_end_} - output_begin_;
    if (input_end_ + unsent + phase_.rest.size() > limits::buffer_bytes) return false;
    copy_unsent(buffer_, input_end_);
    return true;
}

void Connection::keep_unsent_in(char* second_buffer) {
    copy_unsent(second_buffer, 0);
    std::construct_at(&phase_.second_buffer, second_buffer);
    source_ = Source::second_buffer;
}

void Connection::copy_unsent(char* memory, std::size_t begin) {
    const auto unsent = std::size_t{output_end_} - output_begin_;
    const auto rest = phase_.rest;
    assert(begin + unsent + rest.size() <= limits::buffer_bytes);
    std::memmove(memory + begin, buffer_ + output_begin_, unsent);
    std::memcpy(memory + begin + unsent, rest.data(), rest.size());
    set_output(begin, unsent + rest.size());
    source_ = Source::none;
}

char* Connection::return_second_buffer() {
    if (source_ != Source::second_buffer || (output_begin_ != output_end_ && input_end_ > 0)) return nullptr;
    source_ = Source::none;
    return phase_.second_buffer;
}

void Connection::finish_request() {
    head_only_ = chunked_ = false;
    std::construct_at(&phase_.head_reader);
    transition(Event::done);
    if (input_end_ > 0) transition(Event::first_byte);
}

}  // namespace boardwalk::connection
