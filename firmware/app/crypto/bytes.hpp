#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace boardwalk::app {

[[nodiscard]] inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Compares secrets: takes as long where they differ at once as where they are equal. Sizes are no secret.
[[nodiscard]] inline bool equal_secrets(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    volatile unsigned different = 0;  // so that no compiler leaves the loop early
    for (std::size_t i = 0; i < a.size(); ++i)
        different = different | static_cast<unsigned>(a[i] ^ b[i]);
    return different == 0;
}
[[nodiscard]] inline bool equal_secrets(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    return equal_secrets(text_of(a), text_of(b));
}

}  // namespace boardwalk::app
