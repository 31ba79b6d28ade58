#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "shared/request_values.hpp"

namespace boardwalk::protocol {

/// Crockford's base32 as people type it: in either case, o for 0, i and l for 1; it has no U. Nothing, when
/// the text is no set-up code.
[[nodiscard]] inline std::optional<SetupCode> read_setup_code(std::string_view text) {
    std::array<char, limits::setup_code_bytes> letters{};
    if (text.size() != letters.size()) return std::nullopt;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const char typed = text[i];
        const char letter = typed >= 'a' && typed <= 'z' ? static_cast<char>(typed - 'a' + 'A') : typed;
        letters[i] = letter == 'O' ? '0' : letter == 'I' || letter == 'L' ? '1' : letter;
        if (setup_code_letters.find(letters[i]) == std::string_view::npos) return std::nullopt;
    }
    return cut(std::string_view(letters.data(), letters.size()));
}

}  // namespace boardwalk::protocol
