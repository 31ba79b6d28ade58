#pragma once

#include <lwip/udp.h>

#include "firmware/ports/linux/mdns/responder.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::ports {

/// Makes a board findable on lwIP's own network: the responder of firmware/ports/linux/mdns, on lwIP's UDP
/// and timers. Tells the interface's IPv4 address, also when DHCP gives another. It moves while the transport
/// is polled, and says goodbye when it is destroyed: before the link.
class LwipAnnouncement {
public:
    LwipAnnouncement(const transport::Transport& clock, mdns::Service);
    LwipAnnouncement(const LwipAnnouncement&) = delete;
    LwipAnnouncement& operator=(const LwipAnnouncement&) = delete;
    ~LwipAnnouncement();

    /// Withdraws the old name once the new one is announced, a second later.
    void rename(std::string_view name);

private:
    static void on_packet(void* self, udp_pcb*, pbuf*, const ip_addr_t* from, u16_t port);
    static void on_time(void* self);
    void move();
    void send();
    [[nodiscard]] std::uint64_t now_ms() const { return clock_.now_us() / 1'000; }

    const transport::Transport& clock_;
    mdns::Responder responder_;
    std::string told_address_;  ///< in network byte order
    udp_pcb* pcb_;
};

}  // namespace boardwalk::ports
