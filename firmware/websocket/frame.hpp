#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace boardwalk::websocket {

/// RFC 6455 §5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Bytes in front of a payload of up to 65,535 bytes that a server sends (unmasked).
inline constexpr std::size_t header_bytes_max = 4;
/// Payload of a ping, pong or close (RFC 6455 §5.5).
inline constexpr std::size_t control_bytes_max = 125;

/// Writes the header of an unmasked frame so that it ends at the end of `room`, and returns its size (2 or
/// 4). A caller that leaves `header_bytes_max` bytes in front of its payload can put the header there. A
/// frame that is not `final` is continued by the next data frame (§5.4).
std::size_t write_header(std::span<char, header_bytes_max> room, Opcode opcode, std::size_t payload_bytes,
                         bool final = true);

}  // namespace boardwalk::websocket
