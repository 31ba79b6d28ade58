#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// Base64 with the alphabet for URLs, without padding (RFC 4648 §5): how the API spells bytes. No heap.
namespace boardwalk::protocol {

/// As many bytes as that, with a value each.
template <std::size_t size>
using Octets = std::array<std::uint8_t, size>;

inline constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

[[nodiscard]] constexpr std::size_t base64url_size(std::size_t bytes) { return (bytes * 8 + 5) / 6; }

[[nodiscard]] constexpr bool is_base64url(std::string_view text) {
    return text.find_first_not_of(base64url_letters) == std::string_view::npos;
}

/// Puts the text of `bytes` into `text`, which has just that size.
constexpr void write_base64url(std::span<const std::uint8_t> bytes, std::span<char> text) {
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t at = 0;
    for (const auto byte : bytes) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6)
            text[at++] = base64url_letters[bits >> (count - 6) & 63];
    }
    if (count > 0) text[at] = base64url_letters[bits << (6 - count) & 63];
}

template <std::size_t size>
[[nodiscard]] constexpr std::array<char, base64url_size(size)> to_base64url(const Octets<size>& bytes) {
    std::array<char, base64url_size(size)> text{};
    write_base64url(bytes, text);
    return text;
}

/// Fills all of `bytes`. False: the text is not that of as many bytes, or not the only one that is (RFC 4648
/// §3.5: the bits behind the last byte are zero). `bytes` may then hold anything.
[[nodiscard]] constexpr bool read_base64url(std::string_view text, std::span<std::uint8_t> bytes) {
    if (text.size() != base64url_size(bytes.size())) return false;
    std::uint32_t bits = 0;
    unsigned count = 0;
    std::size_t at = 0;
    for (const char letter : text) {
        const auto value = base64url_letters.find(letter);
        if (value == std::string_view::npos) return false;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes[at++] = static_cast<std::uint8_t>(bits >> count);
    }
    return (bits & ((1U << count) - 1)) == 0;
}

}  // namespace boardwalk::protocol
