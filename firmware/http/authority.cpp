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

/// How many of the first characters are an IPv4 address; 0: they are none. In one pass: most clients go by an
/// address, and each request is asked for it.
std::size_t ipv4_size(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto digit = [&] { return at == end ? 10U : static_cast<unsigned char>(*at) - unsigned{'0'}; };
    for (int octets = 1;; ++octets) {
        unsigned octet = digit();
        if (octet > 9) return 0;
        ++at;
        if (auto next = digit(); next <= 9) {
            if (octet == 0) return 0;
            octet = octet * 10 + next;
            ++at;
            if (next = digit(); next <= 9) {  // behind a third digit none is looked for: it would be no dot
                octet = octet * 10 + next;
                ++at;
                if (octet > 255) return 0;
            }
        }
        if (octets == 4) return static_cast<std::size_t>(at - text.data());
        if (at == end || *at != '.') return 0;
        ++at;
    }
}

bool is_ipv4(std::string_view text) { return !text.empty() && ipv4_size(text) == text.size(); }

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

/// How long the host is; 0 when there is none.
std::size_t host_size(std::string_view authority) {
    if (!authority.starts_with('[')) {
        const auto* colon = std::find(authority.begin(), authority.end(), ':');
        return static_cast<std::size_t>(colon - authority.begin());
    }
    const auto end = authority.find(']');
    return end == std::string_view::npos ? 0 : end + 1;
}

bool is_bracketed_ipv6(std::string_view host) {
    return host.starts_with('[') && host.ends_with(']') && is_ipv6(host.substr(1, host.size() - 2));
}

}  // namespace

bool is_authority(std::string_view text) {
    const auto host = text.substr(0, host_size(text));
    if (!(host.starts_with('[') ? is_bracketed_ipv6(host) : is_host_name(host))) return false;
    const auto port = text.substr(host.size());
    return port.empty() || port == ":" || (port.front() == ':' && is_number(port.substr(1), 65'535));
}

Authority split_authority(std::string_view authority) {
    const auto host = authority.substr(0, host_size(authority));
    authority.remove_prefix(host.size());
    return {host, authority.substr(std::min<std::size_t>(1, authority.size()))};
}

bool is_ipv4_authority(std::string_view text) {
    const auto size = ipv4_size(text);
    if (size == 0) return false;
    if (size == text.size()) return true;
    return text[size] == ':' && is_number(text.substr(size + 1), 65'535);
}

bool is_by_address(std::string_view authority) {
    if (authority.starts_with('[')) return true;
    const auto size = ipv4_size(authority);
    if (size == 0) return false;
    authority.remove_prefix(size);
    if (authority.starts_with('.')) authority.remove_prefix(1);
    return authority.empty() || authority.starts_with(':');
}

}  // namespace boardwalk::http
