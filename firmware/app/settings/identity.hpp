#pragma once

#include <string_view>

#include "firmware/app/log.hpp"
#include "firmware/app/model/state_document.hpp"
#include "firmware/app/platform.hpp"
#include "firmware/app/storage.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

/// Which board this is.
struct Identity {
    FixedString<12> id;   ///< 12 hex digits: the interface's address, else the same while its storage lasts
    FixedString<17> mac;  ///< the interface's, or a made-up one that says so, "02:…"
    BootId boot_id;       ///< another after each start

    /// Takes the id from the interface's address; where the platform has none, from storage, or makes one and
    /// stores it. May block: only at start.
    /// False when a new one cannot be stored.
    [[nodiscard]] bool load(Storage&, Platform&, Log&);
};

}  // namespace boardwalk::app
