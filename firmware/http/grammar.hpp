#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

/// Character classes and small rules of RFC 9110 §5.6 and RFC 9112.
namespace boardwalk::http {

namespace detail {
enum CharacterClass : std::uint8_t {
    token = 1,
    field_value = 2,
    target = 4,
    host = 8,
    unreserved = 16,
    plain_path = 32
};

constexpr std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> classes{};
    const auto mark = [&](std::string_view set, unsigned bits) {
        for (const char c : set)
            classes[static_cast<unsigned char>(c)] |= static_cast<std::uint8_t>(bits);
    };
    mark("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
         token | target | host | unreserved | plain_path);
    mark("!#$%&'*+-.^_`|~", token);
    mark("-._~", target | host | unreserved | plain_path);  // RFC 3986 §2.3
    mark("!$&'()*+,;=", target | host | plain_path);        // RFC 3986 §2.2, sub-delims
    mark("%", target | host);
    mark("/:@", target | plain_path);
    mark("?", target);
    for (unsigned c = 0x20; c < 0x100; ++c)
        classes[c] |= c == 0x7f ? 0 : field_value;
    mark("\t", field_value);
    return classes;
}
inline constexpr auto classes = make_classes();

constexpr bool all_of_class(std::string_view text, CharacterClass wanted) {
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return (classes[static_cast<unsigned char>(c)] & wanted) != 0; });
}

/// How many of the first characters are of it.
constexpr std::size_t size_of_class(std::string_view text, CharacterClass wanted) {
    std::size_t at = 0;
    while (at < text.size() && (classes[static_cast<unsigned char>(text[at])] & wanted) != 0)
        ++at;
    return at;
}
}  // namespace detail

/// -1: no hexadecimal digit.
constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// RFC 9110 §5.6.2
constexpr bool is_token(std::string_view text) {
    return !text.empty() && detail::all_of_class(text, detail::token);
}
constexpr bool is_token_character(char c) { return is_token({&c, 1}); }
/// RFC 9110 §5.5: visible characters, obs-text, space and tab. No CR, LF or NUL can pass.
constexpr bool is_field_value(std::string_view text) {
    return detail::all_of_class(text, detail::field_value);
}
/// How many of the first characters are of a token, or of a field value.
inline std::size_t token_size(std::string_view text) { return detail::size_of_class(text, detail::token); }
/// Not 0 when a byte of the word may be none of a field value. The lowest bit that is set is then in the
/// first byte which may be none: one below 0x20, 0x7F, or one behind 0xFF.
constexpr std::uintptr_t marks_of_control(std::uintptr_t word) {
    constexpr auto each = std::numeric_limits<std::uintptr_t>::max() / 0xFF;
    return ((word - each * 0x20) | (word + each)) & ~word & each * 0x80;
}
/// Scans a machine word at a time. Most bytes of a head are values of fields that the board ignores. (A third
/// of the instructions that a scan by characters takes.)
inline std::size_t field_value_size(std::string_view text) {
    using Word = std::uintptr_t;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end && is_field_value({at, 1})) {
        ++at;
        if (reinterpret_cast<Word>(at) % sizeof(Word) != 0) continue;
        const auto word_at = [](const char* from) {
            Word word = 0;
            std::memcpy(&word, std::assume_aligned<sizeof(Word)>(from), sizeof word);
            return word;
        };
        while (static_cast<std::size_t>(end - at) >= 2 * sizeof(Word) &&
               (marks_of_control(word_at(at)) | marks_of_control(word_at(at + sizeof(Word)))) == 0)
            at += 2 * sizeof(Word);
        for (; static_cast<std::size_t>(end - at) >= sizeof(Word); at += sizeof(Word)) {
            const auto marks = marks_of_control(word_at(at));
            if (marks == 0) continue;
            if constexpr (std::endian::native == std::endian::little) at += std::countr_zero(marks) / 8;
            break;
        }
    }
    return static_cast<std::size_t>(at - text.data());
}

/// RFC 3986 §2.1: each % has its two digits.
constexpr bool is_percent_encoded(std::string_view text) {
    for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
        if (at + 2 >= text.size() || hex_value(text[at + 1]) < 0 || hex_value(text[at + 2]) < 0) return false;
    }
    return true;
}
/// What a path and a query may hold (RFC 3986 §3.3, §3.4), the question mark included.
constexpr bool is_path_or_query(std::string_view text) {
    return detail::all_of_class(text, detail::target) && is_percent_encoded(text);
}
/// How many of the first characters are of a path in which nothing is encoded: no query, no %.
constexpr std::size_t plain_path_size(std::string_view text) {
    return detail::size_of_class(text, detail::plain_path);
}
/// RFC 3986 §3.2.2, without the port.
constexpr bool is_host_name(std::string_view text) {
    return !text.empty() && detail::all_of_class(text, detail::host) && is_percent_encoded(text);
}
/// RFC 3986 §2.3: means the same whether it is percent-encoded or not.
constexpr bool is_unreserved(char c) { return detail::all_of_class({&c, 1}, detail::unreserved); }

/// Takes the next line, without its CR LF, off a head that the scanner has found complete.
constexpr std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
    return line;
}

/// Optional white space (RFC 9110 §5.6.3) taken off both ends.
constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return x == y || to_lower(x) == to_lower(y);
           });
}

/// Takes the next element off a comma-separated list (RFC 9110 §5.6.1); empty elements are skipped.
/// Returns an empty view at the end of the list.
constexpr std::string_view next_element(std::string_view& list) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto element = trim(list.substr(0, comma));
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        if (!element.empty()) return element;
    }
    return {};
}

/// True when the comma-separated list has the element, in any case.
constexpr bool list_has(std::string_view list, std::string_view wanted) {
    for (auto element = next_element(list); !element.empty(); element = next_element(list)) {
        if (equals_ignoring_case(element, wanted)) return true;
    }
    return false;
}

}  // namespace boardwalk::http
