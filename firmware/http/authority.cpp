#include "firmware/http/authority.hpp"

#include <algorithm>

#include "firmware/http/grammar.hpp"

/// RFC 3986 §3.2.2 and §3.2.3.
namespace boardwalk::http {
namespace {

/// A decimal number without a sign, of at most `max`.
bool is_number(std::string_view text, unsigned max) {
    unsigned number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        number = number * 10 + static_cast<unsigned>(c - '0');
        if (number > max) return false;
    }
    return !text.empty();
}

bool is_ipv4(std::string_view text) {
    for (int octets = 4; octets > 0; --octets) {
        const auto octet = text.substr(0, text.find('.'));
        if (!is_number(octet, 255) || (octet.size() > 1 && octet.front() == '0')) return false;
        text.remove_prefix(octet.size());
        if (octets == 1) break;
        if (text.empty()) return false;
        text.remove_prefix(1);
    }
    return text.empty();
}

bool is_ipv6_group(std::string_view text) {
    return !text.empty() && text.size() <= 4 &&
           std::ranges::all_of(text, [](char c) { return hex_value(c) >= 0; });
}

/// Eight groups, of which `::` may stand for some, once; the last two may be written as IPv4.
bool is_ipv6(std::string_view text) {
    unsigned groups = 0;
    bool elided = text.starts_with("::");
    if (elided) text.remove_prefix(2);
    while (!text.empty()) {
        const auto group = text.substr(0, text.find(':'));
        text.remove_prefix(group.size());
        if (text.empty() && is_ipv4(group)) {
            groups += 2;
            break;
        }
        if (!is_ipv6_group(group) || ++groups > 8) return false;
        if (text.empty()) break;
        text.remove_prefix(1);
        if (text.empty()) return false;
        if (text.front() == ':') {
            if (elided) return false;
            elided = true;
            text.remove_prefix(1);
        }
    }
    return elided ? groups < 8 : groups == 8;
}

}  // namespace

bool is_authority(std::string_view text) {
    std::size_t host_bytes = 0;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) return false;
        host_bytes = end + 1;
    } else {
        host_bytes = std::min(text.find(':'), text.size());
        if (!is_host_name(text.substr(0, host_bytes))) return false;
    }
    const auto port = text.substr(host_bytes);
    return port.empty() || port == ":" || (port.front() == ':' && is_number(port.substr(1), 65'535));
}

}  // namespace boardwalk::http
