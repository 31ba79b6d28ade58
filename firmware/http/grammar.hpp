#pragma once

#include <algorithm>
#include <chosen_scan.hpp>
#include <cstddef>
#include <string_view>

#include "firmware/http/character_classes.hpp"

/// Character classes and small rules of RFC 9110 §5.6 and RFC 9112.
namespace boardwalk::http {

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
inline std::size_t token_size(std::string_view text) {
    return static_cast<std::size_t>(Scan(text).token_end(text.data()) - text.data());
}
inline std::size_t field_value_size(std::string_view text) {
    return static_cast<std::size_t>(Scan(text).field_value_end(text.data()) - text.data());
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
inline std::size_t plain_path_size(std::string_view text) {
    return static_cast<std::size_t>(Scan(text).plain_path_end(text.data()) - text.data());
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
