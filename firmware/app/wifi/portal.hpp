#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "firmware/app/wifi/joiner.hpp"
#include "firmware/http/request.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

/// The board's own Wi-Fi network, where a phone is led to the page that sets the board up: every name leads
/// to the board (dns_answer.hpp), and every request for another host to that page. Phones and computers ask
/// for such a host when they have joined a network, and show what they get.
class Portal {
public:
    static constexpr std::string_view page = "/setup.html";

    /// `address`: the board's in its own network, "192.168.4.1".
    explicit Portal(std::string_view address);

    using Ipv4 = std::array<std::uint8_t, 4>;

    // --- any thread

    /// The board's own network is on the air.
    [[nodiscard]] bool open() const { return open_.load(std::memory_order_relaxed); }
    [[nodiscard]] WifiState state() const { return state_.load(std::memory_order_relaxed); }
    [[nodiscard]] WifiFailure failure() const { return failure_.load(std::memory_order_relaxed); }
    /// Where the board is in the owner's network; zeros: it is not.
    [[nodiscard]] Ipv4 lan_address() const;
    void tell(bool open, WifiState, const Ipv4& lan_address = {}, WifiFailure = WifiFailure::unknown);

    /// Every client is in the board's own network, since the board is in no other. (For a moment after it has
    /// joined one it is in both; then requests from the owner's network must be neither redirected nor
    /// allowed to choose the network.)
    [[nodiscard]] bool guests_only() const { return open() && state() != WifiState::joined; }

    /// Where the page is: absolute, since the request was for another host.
    [[nodiscard]] const FixedString<64>& url() const { return url_; }
    /// True when the request is to be answered with a redirection to the page.
    [[nodiscard]] bool redirects(const http::Request&) const;

private:
    [[nodiscard]] bool goes_by_foreign_name(const http::Request&) const;

    FixedString<39> address_;
    FixedString<64> url_;
    std::atomic<bool> open_ = false;
    std::atomic<WifiState> state_ = WifiState::off;
    std::atomic<WifiFailure> failure_ = WifiFailure::unknown;
    std::atomic<std::uint32_t> lan_address_ = 0;
};

}  // namespace boardwalk::app
