#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shared/fixed_string.hpp"
#include "shared/limits.hpp"

/// What a name that people set may be: a board's, and each that is to come. It is shown on consoles, in lists
/// and by mDNS, where a character that is not seen, or that turns the text around, makes one name look like
/// another.
namespace boardwalk::protocol {

using Name = FixedString<limits::name_bytes_max>;

/// One character of UTF-8 text.
struct Character {
    char32_t code = 0;
    std::size_t bytes = 0;  ///< 0: the text is empty, or does not begin with UTF-8 (RFC 3629 §4)
};
[[nodiscard]] Character first_character(std::string_view text);

/// True for what no text that is shown may hold: controls (C0, DEL, C1), line and paragraph separators, marks
/// that set the direction of text, and characters without a width, among them both joiners.
[[nodiscard]] bool is_unseen(char32_t code);

struct NameFault {
    enum class Kind : std::uint8_t { none, empty, too_long, not_utf8, blank_end, unseen, not_composed };
    Kind kind = Kind::none;
    std::size_t at = 0;  ///< where the character at fault begins
    Character character;
};

/// The first thing that is wrong with a name. A name has 1 to `name_bytes_max` bytes of UTF-8 in
/// Normalization Form C, nothing that is unseen but a joiner between two letters or emoji, and no blank at
/// either end. Form C (Unicode 14.0): nothing that it replaces or composes, and marks in its order; one that
/// belongs before a mark which its letter already has is not found: É with a cedilla.
[[nodiscard]] NameFault find_name_fault(std::string_view name);

/// What is wrong, as the end of a sentence that begins with the member: `must not hold U+202E`. Empty:
/// nothing.
using FaultText = FixedString<95>;
[[nodiscard]] inline FaultText fault_text(std::string_view text) { return cut(text); }
[[nodiscard]] FaultText describe(const NameFault& fault);

/// What is left of a name without the characters at fault: it may be empty.
[[nodiscard]] Name cleaned_name(std::string_view name);

}  // namespace boardwalk::protocol
