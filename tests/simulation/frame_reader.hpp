#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace boardwalk::simulation {

/// A board's WebSocket frame, as it came.
struct Frame {
    unsigned opcode = 0;
    std::string_view whole, payload;
};

/// Reads a board's frames and forgives nothing (RFC 6455 §5): no mask, no fragments, no reserved bits, the
/// shortest length, nothing behind a Close.
class FrameReader {
public:
    /// Returns false on an error; see `error`.
    bool feed(std::string_view bytes, const std::function<void(const Frame&)>& on_frame) {
        data_ += bytes;
        while (const auto size = frame_bytes()) {
            if (!error_.empty()) return false;
            if (data_.size() < size) return true;
            const auto whole = std::string_view(data_).substr(0, size);
            const Frame frame{
                .opcode = byte(0) & 15U, .whole = whole, .payload = whole.substr(header_bytes_)};
            closed_ = frame.opcode == 8;
            on_frame(frame);
            data_.erase(0, size);
            if (closed_ && !data_.empty()) error_ = "bytes behind a Close";
        }
        return error_.empty();
    }
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] bool closed() const { return closed_; }

private:
    [[nodiscard]] unsigned byte(std::size_t at) const { return static_cast<unsigned char>(data_[at]); }

    /// 0 while it cannot be told.
    std::size_t frame_bytes() {
        if (data_.size() < 2) return 0;
        const auto opcode = byte(0) & 15U;
        if ((byte(0) & 0xf0U) != 0x80U) return fail("reserved bits, or a fragment");
        if (opcode != 1 && (opcode < 8 || opcode > 10)) return fail("an opcode that the board does not use");
        if ((byte(1) & 0x80U) != 0) return fail("a masked frame");
        if (byte(1) == 127) return fail("a frame of more than 64 KB");
        header_bytes_ = byte(1) == 126 ? 4 : 2;
        if (byte(1) < 126) return header_bytes_ + byte(1);
        if (opcode != 1) return fail("a long control frame");
        if (data_.size() < 4) return 0;
        const std::size_t length = byte(2) * 256U + byte(3);
        if (length < 126) return fail("not the shortest length");
        if (length > 4'096) return fail("a message above the limit");
        return header_bytes_ + length;
    }
    std::size_t fail(std::string_view what) {
        error_ = what;
        return data_.size();
    }

    std::string data_, error_;
    std::size_t header_bytes_ = 0;
    bool closed_ = false;
};

/// A client's frame (RFC 6455 §5.2), masked.
inline std::string client_frame(unsigned opcode, std::string_view payload, std::uint64_t mask,
                                bool final = true) {
    std::string frame;
    frame += static_cast<char>((final ? 0x80U : 0U) | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80U | payload.size());
    } else {
        frame += static_cast<char>(0x80U | 126U);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 255U);
    }
    for (unsigned i = 0; i < 4; ++i)
        frame += static_cast<char>(mask >> (8 * i));
    for (std::size_t i = 0; i < payload.size(); ++i)
        frame += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ (mask >> (8 * (i % 4)) & 255U));
    return frame;
}

}  // namespace boardwalk::simulation
