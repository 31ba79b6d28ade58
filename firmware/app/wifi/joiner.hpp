#pragma once

#include <cstdint>

#include "firmware/app/wifi/credentials.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

using protocol::WifiFailure;
using protocol::WifiState;

/// Decides how a board gets into a network, and when it opens one of its own in which a person can name that
/// network. The port does what is decided. Has no clock and no radio. One thread.
///
///   no credentials ─▶ own network open
///   credentials ────▶ tries, with longer and longer pauses. Out of reach for limits::wifi_outage_ms_max, its
///   own
///                     network opens
///                     too: not before, since a router that starts again is no invitation. It tries on while
///                     no guest is there (a radio that looks for another network leaves its guests' channel)
///   joined ─────────▶ own network closes, once a page there could say so
class WifiJoiner {
public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    // --- what happens

    void use(const WifiCredentials&, std::uint64_t now_ms);
    void on_joined(std::uint64_t now_ms);
    /// A try failed, or the network is gone. What still comes of a try that was given up is not heard.
    void on_lost(std::uint64_t now_ms, WifiFailure why = WifiFailure::unknown);
    /// How many guests are in the board's own network.
    void on_guests(unsigned count) { guests_ = count; }

    // --- what is to be done

    /// `open_portal` comes while nothing is tried: the port may take the radio down for it.
    enum class Step : std::uint8_t { none, open_portal, close_portal, attempt, leave };
    /// The next step; call again until there is none. After `leave`, nothing is tried for
    /// limits::wifi_leave_ms: the radio tells late that it is out, and must not be told the next network
    /// before.
    [[nodiscard]] Step next(std::uint64_t now_ms);
    /// When `next` may have a step though nothing happened.
    [[nodiscard]] std::uint64_t due_ms() const;

    [[nodiscard]] const WifiCredentials& credentials() const { return credentials_; }
    [[nodiscard]] bool portal_open() const { return portal_open_; }
    [[nodiscard]] WifiState state() const;
    /// Of these credentials' last try that the radio could tell it of.
    [[nodiscard]] WifiFailure failure() const { return failure_; }

private:
    enum class Link : std::uint8_t { none, waiting, trying, joined };

    [[nodiscard]] std::uint64_t portal_from_ms() const;
    [[nodiscard]] std::uint64_t portal_until_ms() const;
    [[nodiscard]] bool may_try() const { return !portal_open_ || guests_ == 0 || fresh_; }
    void fail(std::uint64_t now_ms, WifiFailure why);

    WifiCredentials credentials_;
    Link link_ = Link::none;
    WifiFailure failure_ = WifiFailure::unknown;
    bool portal_open_ = false;
    bool fresh_ = false;       ///< these credentials have not been tried
    bool must_leave_ = false;  ///< the radio is still busy with others
    unsigned tries_ = 0;       ///< in vain, in a row
    unsigned guests_ = 0;
    std::uint64_t since_ms_ = 0;  ///< when the link came to where it is
    std::uint64_t next_try_ms_ = 0;
    std::uint64_t out_since_ms_ = 0;  ///< without the network since then
};

}  // namespace boardwalk::app
