#pragma once

#include "firmware/app/log.hpp"
#include "firmware/app/platform.hpp"
#include "firmware/app/storage.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

/// The password of the board's own network (WPA2: 8 to 63 characters of ASCII, IEEE 802.11 §J.4).
inline constexpr std::size_t setup_password_bytes_max = 63;
using SetupPassword = FixedString<setup_password_bytes_max>;

/// True for what WPA2 takes and a label can show.
[[nodiscard]] bool is_setup_password(std::string_view);

/// The board's own: made once of 60 random bits, "k7mq-x3fd-9hwt", and kept, so that it can stand on a label.
/// May block: only at start, and once `platform.random` is as good as it gets. One that cannot be stored
/// holds until the next start.
[[nodiscard]] SetupPassword load_setup_password(Storage&, Platform&, Log&);

/// What a phone's camera takes as a network to join, once it is made a QR code. `password` is one that
/// `is_setup_password` knows.
[[nodiscard]] FixedString<224> wifi_uri(std::string_view ssid, std::string_view password);

}  // namespace boardwalk::app
