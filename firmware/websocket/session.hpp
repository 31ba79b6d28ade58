#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/core/utf8.hpp"
#include "firmware/websocket/frame.hpp"

namespace boardwalk::websocket {

/// RFC 6455 §7.4.1, those that we send.
enum class CloseCode : std::uint16_t {
    none = 0,
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    not_utf8 = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    try_again_later = 1013,
};

/// What a Close frame says; nothing for `none` (RFC 6455 §5.5.1).
[[nodiscard]] constexpr std::array<char, 2> close_payload(CloseCode code) {
    const auto number = static_cast<std::uint16_t>(code);
    return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

/// How data comes out of a session.
enum class Delivery : std::uint8_t {
    messages,  ///< text only, put together, up to `limits::websocket_message_bytes_max`
    parts      ///< text and binary of any size, each piece of each fragment as it comes in
};

/// One WebSocket's receiving side: frames in, messages out (RFC 6455 §5). No I/O and no memory for payloads:
/// a message is put together at the front of the caller's buffer, and a control frame's payload right behind
/// it.
class Session {
public:
    explicit Session(Delivery delivery = Delivery::messages) : delivery_(delivery) {}

    [[nodiscard]] Delivery delivery() const { return delivery_; }

    enum class Event : std::uint8_t { need_input, message, part, ping, pong, close, error };

    /// Works through `buffer[begin, end)`, the bytes not looked at yet. Stops after each event; `begin` is
    /// moved past what was consumed. The first `held_bytes()` bytes of `buffer` are the session's and must
    /// stay.
    Event next(std::span<char> buffer, std::size_t& begin, std::size_t end);

    /// Size of the message, of what there is of it so far, or of the part, at the front of the buffer.
    /// 0 after `release_message`.
    [[nodiscard]] std::size_t message_bytes() const { return message_bytes_; }
    /// After `part`: the frame that would carry it on. The first part of a message names its type, the others
    /// continue it; the last one ends it.
    [[nodiscard]] Opcode part_opcode() const { return first_part_ ? message_opcode_ : Opcode::continuation; }
    [[nodiscard]] bool part_is_final() const { return final_ && payload_remaining_ == 0; }
    void release_message() {
        message_bytes_ = 0;
        first_part_ = false;
    }

    /// Bytes at the front of the buffer that are still needed.
    [[nodiscard]] std::size_t held_bytes() const {
        return message_bytes_ + (in_payload_ && is_control(frame_opcode_) ? std::size_t{control_bytes_} : 0);
    }

    /// Of the bytes to come, so many belong to the frame that is being read, or to the next one's header.
    [[nodiscard]] std::size_t wanted_bytes() const;

    /// Payload of the last ping, pong or close, until the next call of `next`.
    [[nodiscard]] std::string_view control_payload(std::span<const char> buffer) const {
        return {buffer.data() + message_bytes_, control_bytes_};
    }
    /// After `error`: the code to close with. After `close`: the peer's code, to be echoed; `none` when it
    /// sent none.
    [[nodiscard]] CloseCode close_code() const { return close_code_; }

private:
    static bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 8U) != 0; }
    [[nodiscard]] std::size_t header_bytes_wanted() const;
    Event fail(CloseCode);
    Event begin_frame();
    Event read_payload(std::span<char> buffer, std::size_t& begin, std::size_t end);
    Event end_frame(std::span<const char> buffer);
    Event end_control(std::span<const char> buffer);
    [[nodiscard]] bool part_is_due() const {
        return delivery_ == Delivery::parts && !is_control(frame_opcode_) && message_bytes_ > 0;
    }

    std::uint64_t payload_remaining_ = 0;
    static constexpr std::size_t mask_bytes = 4;
    std::array<std::uint8_t, 14> header_{};  ///< during a payload its mask is in the last four bytes
    std::uint8_t header_bytes_ = 0;
    std::uint8_t mask_position_ = 0;
    std::uint8_t control_bytes_ = 0;
    Opcode frame_opcode_ = Opcode::continuation;
    Opcode message_opcode_ = Opcode::continuation;
    Delivery delivery_;
    bool first_part_ = false;  ///< nothing of the message was taken yet
    bool final_ = false;
    bool in_payload_ = false;
    bool message_open_ = false;
    Utf8Checker utf8_;
    std::uint16_t message_bytes_ = 0;
    CloseCode close_code_ = CloseCode::none;
};

}  // namespace boardwalk::websocket
