#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace boardwalk::mps2 {

/// The board's Ethernet chip, SMSC LAN9118 (its data sheet, revision 1.5). It keeps 5 KB of frames to send
/// and 10 KB of received ones; its interrupt only ends `sleep`.
class Lan9118 {
public:
    static constexpr std::size_t frame_bytes_max = 1514;
    /// A frame as the chip takes and gives it, in whole words.
    using Frame = std::array<std::uint32_t, (frame_bytes_max + 4 + 3) / 4>;

    /// Returns false when there is no such chip.
    [[nodiscard]] bool start();
    [[nodiscard]] std::array<std::uint8_t, 6> mac() const;

    /// Returns false when there is no room; the frame is lost then, as on any cable.
    bool send(std::span<const std::uint32_t> words, std::size_t bytes);

    /// Before the frames that are there are taken: what comes after this ends the next sleep.
    void forget_interrupt();
    /// Bytes of the next frame, which is moved to `frame`; nothing when there is none.
    [[nodiscard]] std::optional<std::size_t> receive(Frame& frame);

private:
    [[nodiscard]] std::uint32_t read_mac_register(std::uint32_t index) const;
    void write_mac_register(std::uint32_t index, std::uint32_t value);
};

}  // namespace boardwalk::mps2
