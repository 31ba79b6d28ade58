#include "firmware/app/wifi/portal.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/text_writer.hpp"

namespace boardwalk::app {

namespace {

/// What systems ask for to find out whether they are on the internet. All of them by a name of their maker's,
/// which is reason enough for a redirection; some ask again by the address that they were given for it.
constexpr std::array<std::string_view, 11> probes = {
    "/generate_204",               // Android, Chrome
    "/gen_204",                    // Android
    "/hotspot-detect.html",        // iOS, macOS
    "/library/test/success.html",  // older ones
    "/connecttest.txt",            // Windows 10 and 11
    "/ncsi.txt",                   // Windows before
    "/redirect",                   // Windows, once it has noticed
    "/canonical.html",             // Firefox
    "/success.txt",                // Firefox
    "/check_network_status.txt",   // NetworkManager (GNOME)
    "/nm-check.txt",               // NetworkManager (Arch, Fedora)
};

}  // namespace

Portal::Portal(std::string_view address) : address_(cut(address)) {
    std::array<char, 64> text;
    TextWriter out(text);
    out.append("http://");
    out.append(address);
    out.append(page);
    url_ = cut(out.view());
}

void Portal::tell(bool open, WifiState state, const Ipv4& lan_address, WifiFailure failure) {
    std::uint32_t packed = 0;
    for (const auto octet : lan_address)
        packed = packed << 8 | octet;
    lan_address_.store(packed, std::memory_order_relaxed);
    failure_.store(failure, std::memory_order_relaxed);
    open_.store(open, std::memory_order_relaxed);
    state_.store(state, std::memory_order_relaxed);
}

Portal::Ipv4 Portal::lan_address() const {
    const auto packed = lan_address_.load(std::memory_order_relaxed);
    return {static_cast<std::uint8_t>(packed >> 24), static_cast<std::uint8_t>(packed >> 16),
            static_cast<std::uint8_t>(packed >> 8), static_cast<std::uint8_t>(packed)};
}

bool Portal::goes_by_foreign_name(const http::Request& request) const {
    auto host = request.host;
    constexpr std::string_view own_port = ":80";
    if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
    return guests_only() && !(address_ == host);
}

bool Portal::redirects(const http::Request& request) const {
    if (!guests_only() || (request.method != http::Method::get && request.method != http::Method::head))
        return false;
    return goes_by_foreign_name(request) || std::ranges::find(probes, request.path) != probes.end();
}

}  // namespace boardwalk::app
