#pragma once

#include <lwip/netif.h>

#include <cstdint>
#include <span>

/// What drivers without an operating system below them share (NO_SYS; ESP-IDF does this itself).
namespace boardwalk::ports {

/// Before anything else of lwIP's. Later calls do nothing.
void start_lwip();

/// Hands one received packet to lwIP. Dropped when the pool of packets is empty: TCP sends it again.
void deliver(netif&, std::span<const std::uint8_t> packet);

}  // namespace boardwalk::ports
