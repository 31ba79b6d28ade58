#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace boardwalk::websocket {

/// RFC 6455 §5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Bytes in front of a payload of up to 65,535 bytes that a server sends (unmasked).
inline constexpr std::size_t header_bytes_max = 4;

/// Writes the header of a final, unmasked frame so that it ends at the end of `room`, and returns its size (2
/// or 4). A broadcast writes its payload once, behind `header_bytes_max` bytes, and puts the header in front.
std::size_t write_header(std::span<char, header_bytes_max> room, Opcode opcode, std::size_t payload_bytes);

}  // namespace boardwalk::websocket
