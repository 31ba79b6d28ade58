#pragma once

#include <array>
#include <span>
#include <string_view>

#include "firmware/core/text_writer.hpp"
#include "firmware/websocket/frame.hpp"

namespace boardwalk::app {

/// A text frame that is written once and sent to many: its payload behind room for the header.
template <std::size_t payload_bytes_max>
class Frame {
public:
    /// Where the payload goes; `finish` ends it.
    [[nodiscard]] TextWriter payload() {
        return TextWriter(std::span(room_).subspan(websocket::header_bytes_max));
    }
    void finish(std::size_t payload_bytes) {
        const auto header = std::span(room_).template first<websocket::header_bytes_max>();
        const std::size_t header_bytes =
            websocket::write_header(header, websocket::Opcode::text, payload_bytes);
        begins_ = websocket::header_bytes_max - header_bytes;
        bytes_ = header_bytes + payload_bytes;
    }
    /// Valid until the next `payload`.
    [[nodiscard]] std::string_view view() const { return {room_.data() + begins_, bytes_}; }

private:
    std::array<char, websocket::header_bytes_max + payload_bytes_max> room_{};
    std::size_t begins_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace boardwalk::app
