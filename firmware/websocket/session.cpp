#include "firmware/websocket/session.hpp"

#include <algorithm>

#include "firmware/limits.hpp"

namespace boardwalk::websocket {
namespace {

bool is_known(Opcode opcode) {
    return static_cast<unsigned>(opcode) <= 2 || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

/// RFC 6455 §7.4: codes that may stand in a Close frame.
bool is_sendable_close_code(unsigned code) {
    if (code >= 3000 && code <= 4999) return true;
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

Session::Event Session::next(std::span<char> buffer, std::size_t& begin, std::size_t end) {
    while (true) {
        while (!in_payload_) {
            if (begin == end) return Event::need_input;
            header_[header_bytes_++] = static_cast<std::uint8_t>(buffer[begin++]);
            if (header_bytes_wanted() > 0) continue;
            if (begin_frame() == Event::error) return Event::error;
        }
        if (read_payload(buffer, begin, end) == Event::error) return Event::error;
        if (payload_remaining_ != 0) return part_is_due() ? Event::part : Event::need_input;
        const auto event = end_frame(buffer);
        if (event != Event::need_input) return event;
    }
}

/// RFC 6455 §5.2: 2 bytes, then 0, 2 or 8 of length, then the mask.
std::size_t Session::header_bytes_wanted() const {
    if (header_bytes_ < 2) return 2U - header_bytes_;
    const unsigned length = header_[1] & 0x7fU;
    const unsigned masked = (header_[1] & 0x80U) != 0 ? 4 : 0;
    const unsigned extended = length == 127 ? 8 : length == 126 ? 2 : 0;
    return 2 + extended + masked - header_bytes_;
}

std::size_t Session::wanted_bytes() const {
    if (!in_payload_) return header_bytes_wanted();
    return static_cast<std::size_t>(std::min<std::uint64_t>(payload_remaining_, SIZE_MAX));
}

Session::Event Session::fail(CloseCode code) {
    close_code_ = code;
    return Event::error;
}

Session::Event Session::begin_frame() {
    const unsigned first = header_[0];
    std::uint64_t length = header_[1] & 0x7fU;
    final_ = (first & 0x80U) != 0;
    frame_opcode_ = static_cast<Opcode>(first & 0x0fU);
    // §5.2: no extension was agreed upon, so the reserved bits are zero. §5.1: a client masks.
    if ((first & 0x70U) != 0 || !is_known(frame_opcode_) || (header_[1] & 0x80U) == 0) {
        return fail(CloseCode::protocol_error);
    }
    const unsigned length_bytes = length == 127 ? 8 : length == 126 ? 2 : 0;
    if (length_bytes != 0) {
        length = 0;
        for (unsigned i = 0; i < length_bytes; ++i)
            length = length << 8 | header_[2 + i];
        const bool shortest = length_bytes == 2 ? length >= 126 : length > 0xffff;
        if (!shortest || (length >> 63) != 0) return fail(CloseCode::protocol_error);
    }
    std::copy_n(header_.begin() + 2 + length_bytes, mask_bytes, header_.end() - mask_bytes);

    if (is_control(frame_opcode_)) {
        if (!final_ || length > control_bytes_max) return fail(CloseCode::protocol_error);  // §5.5
        control_bytes_ = 0;
    } else if ((frame_opcode_ == Opcode::continuation) != message_open_) {
        return fail(CloseCode::protocol_error);  // §5.4
    } else {
        if (frame_opcode_ != Opcode::continuation) {
            message_opcode_ = frame_opcode_;
            first_part_ = true;
            utf8_ = {};
        }
        message_open_ = !final_;
        if (delivery_ == Delivery::messages) {
            if (message_opcode_ == Opcode::binary) return fail(CloseCode::unsupported_data);
            if (length > limits::websocket_message_bytes_max - message_bytes_)
                return fail(CloseCode::message_too_big);
        }
    }
    payload_remaining_ = length;
    header_bytes_ = 0;
    mask_position_ = 0;
    in_payload_ = true;
    return Event::need_input;
}

/// Unmasks what there is (§5.3) and moves it to its place. The place never runs ahead of the source: the
/// headers between them were consumed.
Session::Event Session::read_payload(std::span<char> buffer, std::size_t& begin, std::size_t end) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(payload_remaining_, end - begin));
    const bool control = is_control(frame_opcode_);
    const auto mask = std::span(header_).last<mask_bytes>();
    char* to = buffer.data() + message_bytes_ + (control ? control_bytes_ : 0);
    for (std::size_t i = 0; i < size; ++i) {
        const auto unmasked = static_cast<std::uint8_t>(buffer[begin + i]) ^ mask[mask_position_++ & 3U];
        to[i] = static_cast<char>(unmasked);
    }
    mask_position_ &= 3U;
    begin += size;
    payload_remaining_ -= size;
    if (control) {
        control_bytes_ = static_cast<std::uint8_t>(control_bytes_ + size);
        return Event::need_input;
    }
    message_bytes_ = static_cast<std::uint16_t>(message_bytes_ + size);
    if (message_opcode_ == Opcode::text && !utf8_.feed({to, size})) return fail(CloseCode::not_utf8);
    return Event::need_input;
}

Session::Event Session::end_frame(std::span<const char> buffer) {
    in_payload_ = false;
    if (is_control(frame_opcode_)) return end_control(buffer);
    if (final_ && message_opcode_ == Opcode::text && !utf8_.complete()) return fail(CloseCode::not_utf8);
    if (delivery_ == Delivery::parts) return Event::part;
    return final_ ? Event::message : Event::need_input;
}

Session::Event Session::end_control(std::span<const char> buffer) {
    if (frame_opcode_ == Opcode::ping) return Event::ping;
    if (frame_opcode_ == Opcode::pong) return Event::pong;
    close_code_ = CloseCode::none;
    if (control_bytes_ == 1) return fail(CloseCode::protocol_error);
    if (control_bytes_ >= 2) {
        const auto payload = control_payload(buffer);
        const unsigned code =
            static_cast<std::uint8_t>(payload[0]) * 256U + static_cast<std::uint8_t>(payload[1]);
        if (!is_sendable_close_code(code)) return fail(CloseCode::protocol_error);
        if (!is_utf8(payload.substr(2))) return fail(CloseCode::not_utf8);
        close_code_ = static_cast<CloseCode>(code);
    }
    return Event::close;
}

}  // namespace boardwalk::websocket
