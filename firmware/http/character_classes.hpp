#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Which characters may stand where (RFC 9110 §5.6, RFC 9112, RFC 3986).
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

constexpr bool is_of_class(char c, CharacterClass wanted) {
    return (classes[static_cast<unsigned char>(c)] & wanted) != 0;
}

constexpr bool all_of_class(std::string_view text, CharacterClass wanted) {
    return std::all_of(text.begin(), text.end(), [&](char c) { return is_of_class(c, wanted); });
}
}  // namespace detail

}  // namespace boardwalk::http
