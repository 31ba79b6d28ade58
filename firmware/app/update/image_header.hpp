#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/app/crypto/sha256_value.hpp"
#include "firmware/limits.hpp"
#include "shared/fixed_string.hpp"

/// A firmware image: this header, and behind it the payload that a slot takes. This is its only description;
/// `boardwalk-pack` writes it, the board reads it. Numbers are little-endian.
///
///   at    bytes
///   0     8      magic "BWIMAGE\n"
///   8     4      version of this layout: 1
///   12    4      length of the payload, at least 1
///   16    32     SHA-256 of the payload
///   48    32     version of the firmware, printable ASCII, zeros behind it
///   80    32     board model, printable ASCII, zeros behind it: an image runs on no other
///   112   3984   zeros, kept for a signature (an Ed25519, RSA or ML-DSA one fits). Not zero: refused, since
///   this
///                firmware could not check what it means
///
/// The header is one whole piece of the upload, so that every piece behind it is one whole flash sector.
namespace boardwalk::app {

struct ImageHeader {
    std::uint32_t payload_bytes = 0;
    Sha256Value payload_sha256{};
    FixedString<32> version;
    FixedString<32> model;
};

inline constexpr std::size_t image_header_bytes = limits::piece_bytes;

enum class HeaderError : std::uint8_t { none, not_an_image, unknown_layout };

/// `bytes` has at least image_header_bytes for an image; anything shorter is none.
[[nodiscard]] HeaderError read_header(std::string_view bytes, ImageHeader&);
void write_header(const ImageHeader&, std::span<char, image_header_bytes>);

}  // namespace boardwalk::app
