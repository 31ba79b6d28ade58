#pragma once

#include <lwip/udp.h>

#include "firmware/app/wifi/portal.hpp"

namespace boardwalk::ports {

/// The name server of the board's own network: while it is open, every name leads to the board. Guests ask
/// it because ESP-IDF's DHCP server names itself where no other is set. lwIP's task only.
class PortalDns {
public:
    PortalDns() = default;
    PortalDns(const PortalDns&) = delete;
    PortalDns& operator=(const PortalDns&) = delete;

    /// Once; `address` is the board's in its own network.
    [[nodiscard]] err_t start(const app::Portal&, const char* address);

private:
    static void on_packet(void* self, udp_pcb*, pbuf*, const ip_addr_t* from, u16_t port);
    void answer(udp_pcb*, const pbuf&, const ip_addr_t& to, u16_t port);

    const app::Portal* portal_ = nullptr;
    ip4_addr_t address_{};
};

}  // namespace boardwalk::ports
