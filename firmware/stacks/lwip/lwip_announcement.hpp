#pragma once

#include <lwip/udp.h>

#include <array>

#include "firmware/stacks/mdns/responder.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::ports {

/// Makes a board findable on lwIP's network: the responder on lwIP's UDP and timers. Tells the default
/// interface's IPv4 address, also when DHCP gives another. It moves while the transport is polled, and says
/// goodbye when it is destroyed: before the interface. (lwIP's own responder neither says goodbye nor gives
/// way to a name that is taken.)
class LwipAnnouncement final : private mdns::Outlet {
public:
    LwipAnnouncement(const transport::Transport& clock, const mdns::Service&);
    LwipAnnouncement(const LwipAnnouncement&) = delete;
    LwipAnnouncement& operator=(const LwipAnnouncement&) = delete;
    ~LwipAnnouncement() override;

    /// Withdraws the old name once the new one is announced, a second later.
    void rename(std::string_view name);
    void require_sign_in();

private:
    static void on_packet(void* self, udp_pcb*, pbuf*, const ip_addr_t* from, u16_t port);
    static void on_time(void* self);
    void move();
    void send(unsigned link, mdns::Endpoint to, std::string_view packet) override;
    [[nodiscard]] std::uint64_t now_ms() const { return clock_.now_us() / 1'000; }

    const transport::Transport& clock_;
    std::array<mdns::Responder::Place, 1> places_;
    mdns::Responder responder_;
    mdns::Link told_;
    udp_pcb* pcb_;
};

}  // namespace boardwalk::ports
