#include "shared/trusted_names.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace boardwalk::protocol {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool is_alphanumeric(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }

/// Letters, digits, hyphens inside (RFC 1123 §2.1), and the underscore that names in use have.
bool is_label(std::string_view text) {
    constexpr std::size_t label_bytes_max = 63;  // RFC 1035 §2.3.4
    return !text.empty() && text.size() <= label_bytes_max && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_name(std::string_view text) {
    while (true) {
        const auto end = text.find('.');
        if (!is_label(text.substr(0, end))) return false;
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
    }
}

/// `[::1]`. Any address literal is taken by the board anyway: here it only must not be something else.
bool is_ipv6_literal(std::string_view text) {
    if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
    const auto inner = text.substr(1, text.size() - 2);
    return std::ranges::count(inner, ':') >= 2 && std::ranges::all_of(inner, [](char c) {
               return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
           });
}

bool is_host(std::string_view text) { return is_name(text) || is_ipv6_literal(text); }

std::string_view without_final_dot(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

template <std::size_t capacity>
[[nodiscard]] bool append_lower(FixedString<capacity>& to, std::string_view text) {
    return std::ranges::all_of(text, [&to](char c) {
        const char small = lower(c);
        return to.append({&small, 1});
    });
}

struct Scheme {
    std::string_view prefix;
    std::uint16_t port;
};
constexpr Scheme schemes[] = {{"http://", 80}, {"https://", 443}};

const Scheme* scheme_of(std::string_view text) {
    for (const Scheme& scheme : schemes) {
        const auto same = [](char a, char b) { return a == lower(b); };
        if (std::ranges::equal(scheme.prefix, text.substr(0, scheme.prefix.size()), same)) return &scheme;
    }
    return nullptr;
}

/// Where the port's colon is, or the end.
std::size_t end_of_host(std::string_view authority) {
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return std::min(colon, authority.size());
}

std::optional<std::uint16_t> port_of(std::string_view digits) {
    constexpr std::size_t port_digits_max = 5;
    std::uint16_t port = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || port == 0 || digits.size() > port_digits_max)
        return std::nullopt;
    return port;
}

}  // namespace

std::string_view read_trusted_host(std::string_view text, TrustedHosts::Text& host) {
    text = without_final_dot(text);
    if (!is_host(text)) return "must be a DNS name or an IP address (IPv6 in brackets), without a port";
    TrustedHosts::Text read;
    if (!append_lower(read, text)) return "must be at most 48 bytes";
    host = read;
    return {};
}
static_assert(limits::trusted_host_bytes_max == 48, "a text says it");

std::string_view read_trusted_origin(std::string_view text, TrustedOrigins::Text& origin) {
    constexpr std::string_view wrong = "must be like https://proxy.example:8443: http or https, no path";
    const Scheme* scheme = scheme_of(text);
    if (scheme == nullptr) return wrong;
    text.remove_prefix(scheme->prefix.size());
    const auto host_bytes = end_of_host(text);
    const auto host = without_final_dot(text.substr(0, host_bytes));
    std::uint16_t port = scheme->port;
    if (host_bytes != text.size()) {
        const auto given = port_of(text.substr(host_bytes + 1));
        if (!given) return wrong;
        port = *given;
    }
    if (!is_host(host)) return wrong;
    TrustedOrigins::Text read;
    bool fits = read.append(scheme->prefix) && append_lower(read, host);
    if (port != scheme->port) {
        char digits[6] = {':'};
        const auto written = std::to_chars(digits + 1, digits + sizeof digits, port);
        fits = fits && read.append({digits, static_cast<std::size_t>(written.ptr - digits)});
    }
    if (!fits) return "must be at most 64 bytes";
    origin = read;
    return {};
}
static_assert(limits::trusted_origin_bytes_max == 64, "a text says it");

}  // namespace boardwalk::protocol
