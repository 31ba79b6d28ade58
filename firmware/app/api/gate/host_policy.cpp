#include "firmware/app/api/gate/host_policy.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "firmware/http/authority.hpp"
#include "firmware/http/grammar.hpp"

namespace boardwalk::app {

namespace {

using http::equals_ignoring_case;

constexpr std::string_view localhost = "localhost";
constexpr std::string_view local_domain = ".local";
constexpr std::string_view mdns_front = "boardwalk-";
constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

std::string_view without_dot(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

/// Takes `end` off, in any case. False: it is not there, or nothing is in front of it.
bool take_end(std::string_view& text, std::string_view end) {
    if (text.size() <= end.size() || !equals_ignoring_case(text.substr(text.size() - end.size()), end))
        return false;
    text.remove_suffix(end.size());
    return true;
}

bool take_front(std::string_view& text, std::string_view front) {
    if (!equals_ignoring_case(text.substr(0, front.size()), front)) return false;
    text.remove_prefix(front.size());
    return true;
}

/// `boardwalk-ID.local`, or `boardwalk-ID-2.local` with any number.
bool is_mdns_name(std::string_view host, std::string_view id) {
    if (id.empty() || !take_end(host, local_domain) || !take_front(host, mdns_front) || !take_front(host, id))
        return false;
    if (host.empty()) return true;
    const auto number = host.substr(1);
    return host.front() == '-' && !number.empty() &&
           number.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A computer may have a domain in its name.
bool is_computers(std::string_view host, std::string_view name) {
    if (name.empty()) return false;
    if (equals_ignoring_case(host, name)) return true;
    (void)take_end(host, local_domain);
    return equals_ignoring_case(host, name.substr(0, name.find('.')));
}

struct Origin {
    bool secure = false;
    std::string_view host;
    std::uint16_t port = 0;
    friend bool operator==(const Origin& a, const Origin& b) {
        return a.secure == b.secure && a.port == b.port && equals_ignoring_case(a.host, b.host);
    }
};

Origin origin_of(bool secure, std::string_view authority) {
    const auto [host, port] = http::split_authority(authority);
    Origin origin{secure, without_dot(host), secure ? https_port : http_port};
    (void)std::from_chars(port.data(), port.data() + port.size(), origin.port);
    return origin;
}

/// Nothing for `null`, another scheme and what is no origin.
std::optional<Origin> read_origin(std::string_view text) {
    const bool secure = take_front(text, "https://");
    if (!secure && !take_front(text, "http://")) return std::nullopt;
    if (!http::is_authority(text)) return std::nullopt;
    return origin_of(secure, text);
}

}  // namespace

std::string_view host_of(std::string_view authority) {
    return without_dot(http::split_authority(authority).host);
}

bool needs_no_name(std::string_view authority) {
    if (http::is_by_address(authority)) return true;
    auto host = host_of(authority);
    if (equals_ignoring_case(host, localhost)) return true;
    return take_end(host, localhost) && host.size() > 1 && host.ends_with('.');
}

bool is_own_name(std::string_view host, const HostNames& names) {
    const auto is_host = [host](std::string_view name) {
        return equals_ignoring_case(host, without_dot(name));
    };
    return is_mdns_name(host, names.id) || is_computers(host, names.computer_name) ||
           std::ranges::any_of(names.chosen_at_start, is_host) ||
           std::ranges::any_of(names.chosen_by_owner, is_host, &protocol::TrustedHosts::Text::view);
}

bool is_own_origin(std::string_view origin, std::string_view authority) {
    const auto page = read_origin(origin);
    return page && *page == origin_of(false, authority);
}

bool is_same_origin(std::string_view a, std::string_view b) {
    const auto one = read_origin(a);
    return one && one == read_origin(b);
}

}  // namespace boardwalk::app
