#include "tests/instructions/client.hpp"

#include <algorithm>
#include <charconv>

namespace boardwalk::instructions {
namespace {

constexpr std::uint64_t acknowledge_after_us = 40'000;
constexpr std::string_view head_end = "\r\n\r\n";

}  // namespace

TcpClient::TcpClient(Wire& wire, std::uint16_t port) : wire_(wire), port_(port), next_(port * 1'000U) {
    wire.add(static_cast<Receiver&>(*this));
    wire.add(static_cast<Timed&>(*this));
}

void TcpClient::put(std::uint8_t flags, std::string_view text) {
    wire_.send(
        {.client_port = port_, .flags = flags, .sequence = next_, .acknowledged = expected_, .text = text});
    unacknowledged_ = 0;
    acknowledge_us_ = never;
}

void TcpClient::connect() {
    put(flag::syn, {});
    ++next_;
}

void TcpClient::send(std::string_view text) {
    put(flag::psh | flag::ack, text);
    next_ += static_cast<std::uint32_t>(text.size());
}

void TcpClient::on_segment(const Segment& segment) {
    if ((segment.flags & (flag::rst | flag::fin)) != 0) fail("the board closed a connection");
    if ((segment.flags & flag::syn) != 0) {
        expected_ = segment.sequence + 1;
        put(flag::ack, {});
        return on_connected();
    }
    if (segment.text.empty()) return;
    if (segment.sequence != expected_) fail("a segment out of order, or twice");
    expected_ += static_cast<std::uint32_t>(segment.text.size());
    if (++unacknowledged_ == 2) {
        put(flag::ack, {});
    } else {
        acknowledge_us_ = now_us() + acknowledge_after_us;
    }
    on_text(segment.text);
}

void TcpClient::on_time() {
    if (acknowledge_us_ <= now_us()) put(flag::ack, {});
    if (wake_us_ > now_us()) return;
    wake_us_ = never;
    on_wake();
}

void AnswerReader::expect(std::string_view status, std::string_view body) {
    status_ = status;
    body_ = body;
    head_bytes_ = body_bytes_ = length_ = 0;
    in_body_ = false;
}

bool AnswerReader::take(std::string_view text) {
    while (!in_body_ && !text.empty()) {
        if (head_bytes_ == head_.size()) fail("an endless head");
        head_[head_bytes_++] = text.front();
        text.remove_prefix(1);
        const std::string_view head(head_.data(), head_bytes_);
        if (head.ends_with(head_end)) take_head(head);
    }
    if (!body_.empty() && body_.substr(std::min(body_.size(), body_bytes_), text.size()) != text)
        fail("another body");
    body_bytes_ += text.size();
    if (body_bytes_ > length_) fail("more than the answer");
    return in_body_ && body_bytes_ == length_;
}

void AnswerReader::take_head(std::string_view head) {
    in_body_ = true;
    if (!head.starts_with(status_)) fail("another status");
    constexpr std::string_view name = "\r\nContent-Length: ";
    if (const auto at = head.find(name); at != std::string_view::npos)
        std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length_);
    if (!body_.empty() && length_ != body_.size()) fail("another length");
}

}  // namespace boardwalk::instructions
