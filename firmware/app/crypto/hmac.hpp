#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/app/crypto/sha256.hpp"

namespace boardwalk::app {

/// HMAC-SHA-256 (RFC 2104) over what is added; no heap. Keys are of up to 64 bytes.
class Hmac {
public:
    explicit Hmac(std::span<const std::uint8_t> key);
    void add(std::string_view bytes) { hash_.add(bytes); }
    [[nodiscard]] Sha256Value value();

private:
    std::array<char, 64> block_{};  ///< the key as the outer hash has it
    Sha256 hash_;
};

[[nodiscard]] Sha256Value hmac(std::span<const std::uint8_t> key, std::string_view bytes);

}  // namespace boardwalk::app
