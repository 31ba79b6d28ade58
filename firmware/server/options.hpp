#pragma once

#include <cstddef>
#include <cstdint>

#include "firmware/limits.hpp"

namespace boardwalk::server {

/// Capacities of one server; constants on a chip, chosen at start on a computer.
struct Options {
    std::size_t connections = limits::connections_default;
    std::size_t buffers = limits::buffers_default;
    /// Links beyond the lobby that are kept free for handshakes, where no kernel holds those.
    std::size_t handshake_places = 0;
    /// Seconds since 1970, or 0 while the board has no clock.
    std::int64_t (*unix_time_s)() = nullptr;

    /// Links that the transport must provide.
    [[nodiscard]] constexpr std::size_t links() const {
        return connections + limits::lobby_places + handshake_places;
    }
};

}  // namespace boardwalk::server
