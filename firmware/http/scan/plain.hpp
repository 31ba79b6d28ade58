#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "firmware/http/character_classes.hpp"

namespace boardwalk::http {

/// Scans one text, which ends at `end`, with what each processor can: by characters and machine words. This
/// is what the chips have, and the reference for the other scans: `fast_paths_test` compares them.
class PlainScan {
public:
    static constexpr bool is_wide = false;

    explicit PlainScan(std::string_view text) : end_(text.data() + text.size()) {}
    [[nodiscard]] const char* end() const { return end_; }

    /// The colon behind the name of a field that begins at `at`, a token (RFC 9110 §5.6.2). Null: there is no
    /// such name, or no colon right behind it.
    [[nodiscard]] const char* colon_behind_name(const char* at) const {
        const char* const name_end = token_end(at);
        return name_end != end_ && *name_end == ':' && name_end != at ? name_end : nullptr;
    }
    /// The CR LF behind the field value that begins at `at` (RFC 9110 §5.5). Null: there is none, or another
    /// byte that is none of a value comes first.
    [[nodiscard]] const char* line_end_behind_value(const char* at) const {
        const char* const value_end = field_value_end(at);
        return end_ - value_end >= 2 && begins(value_end, line_end) ? value_end : nullptr;
    }

    /// From `at` on, the first character that is none of a token, or `end`.
    [[nodiscard]] const char* token_end(const char* at) const { return end_of(at, detail::token); }
    /// The same of a path in which nothing is encoded: no query, no %.
    [[nodiscard]] const char* plain_path_end(const char* at) const { return end_of(at, detail::plain_path); }
    /// The same of a field value.
    [[nodiscard]] const char* field_value_end(const char* at) const;

    /// `at` begins with `wanted`. An instruction or two a character, and no call.
    template <std::size_t size>
    static bool begins(const char* at, const std::array<char, size>& wanted) {
        return [&]<std::size_t... i>(std::index_sequence<i...>) {
            return ((at[i] == wanted[i]) && ...);
        }(std::make_index_sequence<size>());
    }

    /// The token `name` is `lower`, which is of the same size and of small letters and `-`.
    static bool is_name(std::string_view name, std::string_view lower) {
        for (std::size_t i = 0; i < name.size(); ++i) {
            if (name[i] != lower[i] && (name[i] | case_bit) != lower[i]) return false;
        }
        return true;
    }

protected:
    static constexpr std::array line_end = {'\r', '\n'};
    /// What makes a letter small. Of all characters of a token it makes letters of letters alone, and a `-`
    /// of none but itself.
    static constexpr char case_bit = 0x20;

private:
    [[nodiscard]] const char* end_of(const char* at, detail::CharacterClass wanted) const {
        while (at != end_ && detail::is_of_class(*at, wanted))
            ++at;
        return at;
    }

    /// Not 0 when a byte of the word may be none of a field value. The lowest bit that is set is then in the
    /// first byte which may be none: one below 0x20, 0x7F, or one behind 0xFF.
    static constexpr std::uintptr_t marks_of_control(std::uintptr_t word) {
        constexpr auto each = std::numeric_limits<std::uintptr_t>::max() / 0xFF;
        return ((word - each * 0x20) | (word + each)) & ~word & each * 0x80;
    }

    const char* end_;
};

/// A machine word at a time. Most bytes of a head are values of fields that the board ignores. (A third of
/// the instructions that a scan by characters takes.)
inline const char* PlainScan::field_value_end(const char* at) const {
    using Word = std::uintptr_t;
    while (at != end_ && detail::is_of_class(*at, detail::field_value)) {
        ++at;
        if (reinterpret_cast<Word>(at) % sizeof(Word) != 0) continue;
        const auto word_at = [](const char* from) {
            Word word = 0;
            std::memcpy(&word, std::assume_aligned<sizeof(Word)>(from), sizeof word);
            return word;
        };
        while (static_cast<std::size_t>(end_ - at) >= 2 * sizeof(Word) &&
               (marks_of_control(word_at(at)) | marks_of_control(word_at(at + sizeof(Word)))) == 0)
            at += 2 * sizeof(Word);
        for (; static_cast<std::size_t>(end_ - at) >= sizeof(Word); at += sizeof(Word)) {
            const auto marks = marks_of_control(word_at(at));
            if (marks == 0) continue;
            if constexpr (std::endian::native == std::endian::little) at += std::countr_zero(marks) / 8;
            break;
        }
    }
    return at;
}

}  // namespace boardwalk::http
