#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace boardwalk {

/// Bytes that never change and the sums of their beginnings, made when the program is built: the checksum of
/// any part of them (RFC 1071) is then a difference, and not read out of the bytes.
struct SummedBytes {
    static constexpr std::size_t block_bytes = 64;

    std::string_view bytes;  ///< live as long as the program
    /// Of the first 0, 1, 2 … blocks: the 16-bit one's complement sum, its words low byte first.
    std::span<const std::uint16_t> sums;
};

/// The sums of a string literal.
template <std::size_t size>
[[nodiscard]] consteval auto block_sums(const char (&literal)[size]) {
    constexpr std::size_t blocks = (size - 1) / SummedBytes::block_bytes;
    std::array<std::uint16_t, blocks + 1> sums{};
    std::uint32_t sum = 0;
    for (std::size_t block = 0; block < blocks; ++block) {
        for (std::size_t at = 0; at < SummedBytes::block_bytes; at += 2) {
            const char* const word = literal + block * SummedBytes::block_bytes + at;
            sum += static_cast<unsigned char>(word[0]) + static_cast<unsigned char>(word[1]) * 256U;
        }
        sum = (sum & 0xFFFF) + (sum >> 16);
        sums[block + 1] = static_cast<std::uint16_t>(sum = (sum & 0xFFFF) + (sum >> 16));
    }
    return sums;
}

}  // namespace boardwalk
