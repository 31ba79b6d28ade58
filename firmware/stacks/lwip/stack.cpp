#include "firmware/stacks/lwip/stack.hpp"

#include <lwip/init.h>
#include <lwip/pbuf.h>

#include "firmware/limits.hpp"

namespace boardwalk::ports {

static_assert(BOARDWALK_LWIP_LOBBY >= limits::lobby_places + limits::handshake_places_on_lwip);

void start_lwip() {
    static bool started = false;
    if (started) return;
    started = true;
    lwip_init();
}

void deliver(netif& interface, std::span<const std::uint8_t> packet) {
    const auto size = static_cast<u16_t>(packet.size());
    pbuf* p = pbuf_alloc(PBUF_RAW, size, PBUF_POOL);
    if (p == nullptr) return;  // lwIP counts it, and lets go of what came out of order (sys_check_timeouts)
    if (pbuf_take(p, packet.data(), size) != ERR_OK || interface.input(p, &interface) != ERR_OK) pbuf_free(p);
}

}  // namespace boardwalk::ports
