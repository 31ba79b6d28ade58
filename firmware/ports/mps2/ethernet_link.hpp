#pragma once

#include <lwip/netif.h>

#include <array>

#include "firmware/ports/mps2/machine/lan9118.hpp"
#include "firmware/stacks/lwip/driver.hpp"

namespace boardwalk::ports {

/// lwIP on the board's Ethernet. The address comes by DHCP.
class EthernetLink final : public LwipDriver {
public:
    EthernetLink() = default;
    EthernetLink(const EthernetLink&) = delete;
    EthernetLink& operator=(const EthernetLink&) = delete;

    /// `local_peer`: a client at this address runs on the machine that emulates the board; 0.0.0.0 means no
    /// address. Returns false when there is no such chip.
    [[nodiscard]] bool start(const ip4_addr_t& local_peer);
    [[nodiscard]] bool has_address() const { return !ip4_addr_isany(netif_ip4_addr(&interface_)); }
    /// "10.0.2.15"; until the next call.
    [[nodiscard]] const char* address() const { return ip4addr_ntoa(netif_ip4_addr(&interface_)); }

    /// The next `exchange` does not wait.
    void wake() { awake_ = true; }

    void exchange(std::uint32_t timeout_ms) override;
    [[nodiscard]] std::uint64_t now_us() const override;
    [[nodiscard]] bool is_local(const ip_addr_t&) const override;

private:
    static err_t set_up(netif*);
    static err_t send(netif*, pbuf*);
    bool receive_all();

    mps2::Lan9118 chip_;
    netif interface_{};
    ip4_addr_t local_peer_{};
    bool awake_ = false;
    mps2::Lan9118::Frame incoming_{};
    mps2::Lan9118::Frame outgoing_{};
};

}  // namespace boardwalk::ports
