#pragma once

#include "shared/fixed_string.hpp"
#include "shared/limits.hpp"

namespace boardwalk::app {

/// The network that a board joins. The password never leaves the board.
struct WifiCredentials {
    FixedString<limits::ssid_bytes_max> ssid;               ///< empty: none
    FixedString<limits::wifi_password_bytes_max> password;  ///< empty: the network is open
    friend bool operator==(const WifiCredentials&, const WifiCredentials&) = default;
};

}  // namespace boardwalk::app
