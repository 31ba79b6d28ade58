#include "firmware/websocket/frame.hpp"

namespace boardwalk::websocket {

std::size_t write_header(std::span<char, header_bytes_max> room, Opcode opcode, std::size_t payload_bytes,
                         bool final) {
    const auto first = static_cast<char>((final ? 0x80U : 0U) | static_cast<unsigned>(opcode));
    if (payload_bytes < 126) {
        room[2] = first;
        room[3] = static_cast<char>(payload_bytes);
        return 2;
    }
    room[0] = first;
    room[1] = 126;
    room[2] = static_cast<char>(payload_bytes >> 8);
    room[3] = static_cast<char>(payload_bytes & 0xff);
    return 4;
}

}  // namespace boardwalk::websocket
