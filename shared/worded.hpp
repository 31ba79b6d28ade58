#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Enumerations that the protocol spells as words (`shared/words.hpp`, which is made from the schemas). No
/// heap.
namespace boardwalk::protocol {

/// The words of an enumeration, in the order of its enumerators.
template <class Enum>
inline constexpr std::array<std::string_view, 0> words{};

/// An enumeration that the protocol spells as words.
template <class Enum>
concept Worded = !words<Enum>.empty();

template <Worded Enum>
[[nodiscard]] constexpr std::string_view to_string(Enum value) {
    return words<Enum>[static_cast<std::size_t>(value)];
}

/// `from_string<Topic>("log")`. Nothing for a word that is not of this enumeration.
template <Worded Enum>
[[nodiscard]] constexpr std::optional<Enum> from_string(std::string_view word) {
    for (std::size_t index = 0; index < words<Enum>.size(); ++index) {
        if (words<Enum>[index] == word) return static_cast<Enum>(index);
    }
    return std::nullopt;
}

}  // namespace boardwalk::protocol
