#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "tests/instructions/wire.hpp"

namespace boardwalk::instructions {

/// One connection of a computer's, so much of TCP as a wire without loss asks for: it acknowledges every
/// second segment at once and the last one with what it sends next, or after 40 ms, and its window is never
/// in the way.
class TcpClient : public Receiver, public Timed {
public:
    TcpClient(Wire&, std::uint16_t port);
    TcpClient(const TcpClient&) = delete;
    TcpClient& operator=(const TcpClient&) = delete;

    void connect();
    [[nodiscard]] std::uint64_t due_us() const final { return std::min(acknowledge_us_, wake_us_); }

protected:
    /// At most a segment; `text` lives until the board has it.
    void send(std::string_view text);
    void wake_at(std::uint64_t time_us) { wake_us_ = time_us; }
    [[nodiscard]] std::uint64_t now_us() const { return wire_.now_us(); }

    virtual void on_connected() = 0;
    virtual void on_text(std::string_view) = 0;
    virtual void on_wake() {}

private:
    [[nodiscard]] std::uint16_t port() const final { return port_; }
    void on_segment(const Segment&) final;
    void on_time() final;
    void put(std::uint8_t flags, std::string_view text);

    Wire& wire_;
    std::uint16_t port_;
    std::uint32_t next_, expected_ = 0;
    unsigned unacknowledged_ = 0;
    std::uint64_t acknowledge_us_ = never, wake_us_ = never;
};

/// Reads answers to requests, one at a time.
class AnswerReader {
public:
    /// `status` is what the status line has to begin with. An empty `body` is any.
    void expect(std::string_view status, std::string_view body);
    /// Takes the next bytes. Returns true when the answer is complete; bytes beyond it are an error.
    bool take(std::string_view text);
    [[nodiscard]] std::size_t bytes() const { return head_bytes_ + body_bytes_; }

private:
    void take_head(std::string_view head);

    std::string_view status_, body_;
    std::array<char, 640> head_{};
    std::size_t head_bytes_ = 0, body_bytes_ = 0, length_ = 0;
    bool in_body_ = false;
};

}  // namespace boardwalk::instructions
