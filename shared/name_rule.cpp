#include "shared/name_rule.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <span>

#include "shared/unicode_nfc.hpp"

namespace boardwalk::protocol {
namespace {

using unicode::Range;

bool is_in(std::initializer_list<Range> ranges, char32_t code) {
    return std::ranges::any_of(
        ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

/// White_Space, and the blank of Braille.
bool is_blank(char32_t code) {
    return is_in({{0x20, 0x20},
                  {0xa0, 0xa0},
                  {0x1680, 0x1680},
                  {0x2000, 0x200a},
                  {0x202f, 0x202f},
                  {0x205f, 0x205f},
                  {0x2800, 0x2800},
                  {0x3000, 0x3000}},
                 code);
}

bool is_joiner(char32_t code) { return code == 0x200c || code == 0x200d; }

/// Letters and emoji without a table of them: beyond ASCII anything that is seen.
bool may_be_joined(char32_t code) {
    const bool is_ascii_letter = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    return is_ascii_letter || (code >= 0xa1 && !is_blank(code) && !is_unseen(code));
}

bool is_replaced(char32_t code) {
    return code >= unicode::replaced.front().first &&
           std::ranges::any_of(unicode::replaced, [code](const Range& range) {
               return code >= range.first && code <= range.last;
           });
}

/// 0 for what is no mark.
unsigned combining_class(char32_t code) {
    const auto find = [code](std::span<const unicode::Marks> table) -> unsigned {
        const auto place = static_cast<std::uint16_t>(code);
        const auto behind = std::ranges::upper_bound(table, place, {}, &unicode::Marks::first);
        if (behind == table.begin()) return 0;
        const auto& marks = *std::prev(behind);
        return place - marks.first < marks.count ? marks.combining_class : 0U;
    };
    if (code < 0x300 || code > 0x1ffff) return 0;
    return code <= 0xffff ? find(unicode::marks_of_plane_0) : find(unicode::marks_of_plane_1);
}

/// Hangul is composed by arithmetic (Unicode §3.12).
bool compose_to_hangul(char32_t base, char32_t mark) {
    const bool is_leading = base >= 0x1100 && base <= 0x1112;
    const bool is_vowel = mark >= 0x1161 && mark <= 0x1175;
    const bool is_open_syllable = base >= 0xac00 && base <= 0xd7a3 && (base - 0xac00) % 28 == 0;
    const bool is_trailing = mark >= 0x11a8 && mark <= 0x11c2;
    return (is_leading && is_vowel) || (is_open_syllable && is_trailing);
}

bool compose(std::string_view base, char32_t base_code, std::string_view mark, char32_t mark_code) {
    if (mark_code < 0x300 || base.empty()) return false;
    if (compose_to_hangul(base_code, mark_code)) return true;
    for (const std::string_view entry : unicode::compositions) {
        if (entry.starts_with(mark)) return entry.find(base, mark.size()) != std::string_view::npos;
    }
    return false;
}

/// Reads a text in Form C, a character at a time: UAX #15, D117 and D118.
class Composition {
public:
    /// Whether the character may follow those before it. `text` is its UTF-8.
    bool take(std::string_view text, char32_t code) {
        const auto mark_class = combining_class(code);
        const bool in_order = mark_class == 0 || mark_class >= last_class_;
        // A mark of its own class, or of none, in between keeps a mark from the letter.
        const bool touches = last_class_ == 0 || mark_class > last_class_;
        const bool stands =
            in_order && !is_replaced(code) && !(touches && compose(letter_, letter_code_, text, code));
        if (mark_class == 0) {
            letter_ = text;
            letter_code_ = code;
        }
        last_class_ = mark_class;
        return stands;
    }

private:
    std::string_view letter_;  ///< the last character of class 0
    char32_t letter_code_ = 0;
    unsigned last_class_ = 0;  ///< of the character before
};

}  // namespace

Character first_character(std::string_view text) {
    if (text.empty()) return {};
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
    char32_t code = lead & (0x7fU >> bytes);
    for (const char c : text.substr(1, bytes - 1)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) != 0x80) return {};
        code = code << 6 | (byte & 0x3f);
    }
    constexpr std::array<char32_t, 5> first_of_length{0, 0, 0x80, 0x800, 0x10000};
    const bool is_overlong = code < first_of_length[bytes];
    if (is_overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
    return {code, bytes};
}

bool is_unseen(char32_t code) {
    return is_in({{0x00, 0x1f},
                  {0x7f, 0x9f},
                  {0xad, 0xad},
                  {0x34f, 0x34f},
                  {0x61c, 0x61c},
                  {0x115f, 0x1160},
                  {0x17b4, 0x17b5},
                  {0x180e, 0x180e},
                  {0x200b, 0x200f},
                  {0x2028, 0x202e},
                  {0x2060, 0x206f},
                  {0x3164, 0x3164},
                  {0xfeff, 0xfeff},
                  {0xffa0, 0xffa0},
                  {0xfff9, 0xfffb},
                  {0x1bca0, 0x1bca3},
                  {0x1d173, 0x1d17a},
                  {0xe0000, 0xe00ff}},
                 code);
}

NameFault find_name_fault(std::string_view name) {
    using Kind = NameFault::Kind;
    if (name.empty()) return {.kind = Kind::empty, .at = 0, .character = {}};
    Character before;
    Composition composition;
    for (std::size_t at = 0; at < name.size();) {
        const Character here = first_character(name.substr(at));
        if (here.bytes == 0) return {.kind = Kind::not_utf8, .at = at, .character = {0, 1}};
        const auto next = first_character(name.substr(at + here.bytes));
        const bool is_end = at == 0 || next.bytes == 0;
        const bool joins =
            is_joiner(here.code) && !is_end && may_be_joined(before.code) && may_be_joined(next.code);
        if (is_unseen(here.code) && !joins) return {.kind = Kind::unseen, .at = at, .character = here};
        const bool is_last = at + here.bytes == name.size();
        if (is_blank(here.code) && (at == 0 || is_last))
            return {.kind = Kind::blank_end, .at = at, .character = here};
        if (!composition.take(name.substr(at, here.bytes), here.code))
            return {.kind = Kind::not_composed, .at = at, .character = here};
        before = here;
        at += here.bytes;
    }
    if (name.size() > limits::name_bytes_max) {
        const std::size_t at = whole_characters(name, limits::name_bytes_max);
        return {.kind = Kind::too_long, .at = at, .character = first_character(name.substr(at))};
    }
    return {};
}

FaultText describe(const NameFault& fault) {
    FaultText text;
    const auto append = [&text](std::string_view piece) { (void)text.append(piece); };
    const auto append_code = [&] {
        constexpr std::string_view hex = "0123456789ABCDEF";
        append("U+");
        for (int digit = fault.character.code > 0xffff ? 5 : 3; digit >= 0; --digit) {
            if (digit == 5 && fault.character.code <= 0xfffff) continue;
            append(hex.substr(fault.character.code >> (4 * digit) & 15, 1));
        }
    };
    switch (fault.kind) {
        case NameFault::Kind::none: break;
        case NameFault::Kind::empty: append("must not be empty"); break;
        case NameFault::Kind::too_long: append("must be at most 63 bytes of UTF-8"); break;
        case NameFault::Kind::not_utf8: append("must be UTF-8"); break;
        case NameFault::Kind::blank_end:
            append("must not begin or end with a blank (");
            append_code();
            append(")");
            break;
        case NameFault::Kind::unseen:
            append("must not hold ");
            append_code();
            append(", which cannot be seen");
            break;
        case NameFault::Kind::not_composed:
            append("must be in Normalization Form C (NFC), which has no ");
            append_code();
            append(" here");
            break;
    }
    return text;
}
static_assert(limits::name_bytes_max == 63, "a text says it");

Name cleaned_name(std::string_view name) {
    FixedString<4 * limits::name_bytes_max> rest = cut(name);
    for (auto fault = find_name_fault(rest.view()); fault.kind != NameFault::Kind::none;
         fault = find_name_fault(rest.view())) {
        if (fault.kind == NameFault::Kind::empty) return {};
        const FixedString<4 * limits::name_bytes_max> whole = rest;
        rest.truncate(fault.at);
        if (fault.kind == NameFault::Kind::too_long) continue;
        (void)rest.append(whole.view().substr(fault.at + fault.character.bytes));
    }
    Name cleaned;
    (void)cleaned.assign(rest.view());
    return cleaned;
}

}  // namespace boardwalk::protocol
