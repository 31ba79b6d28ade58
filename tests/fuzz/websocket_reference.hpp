#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/limits.hpp"

/// RFC 6455 in the plainest way: all bytes at once, whole strings, no state kept between calls.
namespace boardwalk::fuzz {

/// RFC 3629 by the numbers: each sequence is decoded and the code point judged.
inline bool is_utf8_by_the_numbers(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const std::size_t size = lead < 0x80       ? 1
                                 : lead >> 5 == 6  ? 2
                                 : lead >> 4 == 14 ? 3
                                 : lead >> 3 == 30 ? 4
                                                   : 0;
        if (size == 0 || at + size > text.size()) return false;
        std::uint32_t point = size == 1 ? lead : lead & (0x7fU >> size);
        for (std::size_t i = 1; i < size; ++i) {
            const auto next = static_cast<unsigned char>(text[at + i]);
            if (next >> 6 != 2) return false;
            point = point << 6 | (next & 0x3fU);
        }
        constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < smallest[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
        at += size;
    }
    return true;
}

/// True when more bytes can make it UTF-8: the lowest and the highest that may follow are tried.
inline bool can_become_utf8(const std::string& text) {
    for (const char filler : {'\x80', '\xbf'}) {
        for (std::size_t more = 0; more < 4; ++more) {
            if (is_utf8_by_the_numbers(text + std::string(more, filler))) return true;
        }
    }
    return false;
}

/// What a server must make of what a client sends: one line an event; "error" and "close" end it.
/// `whole_messages`: text only and of limited size; otherwise both types of any size, and what there is of an
/// unfinished one at the end.
inline std::vector<std::string> websocket_events(std::string_view input, bool whole_messages) {
    std::vector<std::string> events;
    std::string message;
    int opcode = 0;  // opcode of the open message; 0 when none is open
    const auto byte = [&](std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(input[at]));
    };
    const auto error = [&](int code) {
        events.push_back("error " + std::to_string(code));
        return events;
    };
    while (input.size() >= 2) {
        const bool final = (byte(0) & 0x80U) != 0;
        const int frame_opcode = static_cast<int>(byte(0) & 15U);
        const std::size_t length_bytes = (byte(1) & 127U) == 127 ? 8 : (byte(1) & 127U) == 126 ? 2 : 0;
        const bool masked = (byte(1) & 128U) != 0;
        const std::size_t header_bytes = 2 + length_bytes + (masked ? 4 : 0);
        if (input.size() < header_bytes) break;
        std::uint64_t length = byte(1) & 127U;
        if (length_bytes > 0) length = 0;
        for (std::size_t i = 0; i < length_bytes; ++i)
            length = length << 8 | byte(2 + i);

        const bool control = frame_opcode >= 8;
        const bool known = frame_opcode <= 2 || (frame_opcode >= 8 && frame_opcode <= 10);
        const bool shortest =
            length_bytes == 0 || (length_bytes == 2 ? length > 125 : length > 65'535 && length >> 63 == 0);
        if ((byte(0) & 0x70U) != 0 || !known || !masked || !shortest) return error(1002);
        if (control && (!final || length > 125)) return error(1002);
        if (!control && (frame_opcode == 0) != (opcode != 0)) return error(1002);
        if (!control && frame_opcode != 0) opcode = frame_opcode;
        if (!control && whole_messages && opcode == 2) return error(1003);
        if (!control && whole_messages && message.size() + length > limits::websocket_message_bytes_max)
            return error(1009);

        const auto mask = input.substr(header_bytes - 4, 4);
        std::string payload(input.substr(
            header_bytes, static_cast<std::size_t>(std::min<std::uint64_t>(length, input.size()))));
        const bool whole = payload.size() == length;
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
        input.remove_prefix(header_bytes + payload.size());

        if (!control) {
            message += payload;
            if (opcode == 1 && !can_become_utf8(message)) return error(1007);
            if (!whole) break;
            if (!final) continue;
            if (opcode == 1 && !is_utf8_by_the_numbers(message)) return error(1007);
            events.push_back((opcode == 1 ? "text " : "binary ") + message);
            message.clear();
            opcode = 0;
            continue;
        }
        if (!whole) break;
        if (frame_opcode == 9) events.push_back("ping " + payload);
        if (frame_opcode == 10) events.push_back("pong " + payload);
        if (frame_opcode != 8) continue;
        if (payload.empty()) {
            events.push_back("close 0");
            return events;
        }
        if (payload.size() == 1) return error(1002);
        const int code = static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
        const bool sendable =
            (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code < 5000);
        if (!sendable) return error(1002);
        if (!is_utf8_by_the_numbers(std::string_view(payload).substr(2))) return error(1007);
        events.push_back("close " + std::to_string(code));
        return events;
    }
    if (!whole_messages && !message.empty()) events.push_back("unfinished " + message);
    return events;
}

}  // namespace boardwalk::fuzz
