#include "firmware/ports/linux/lwip/lwip_announcement.hpp"

#include <lwip/igmp.h>
#include <lwip/timeouts.h>

#include <algorithm>

namespace boardwalk::ports {
namespace {

/// There is one interface; the responder asks for a number.
constexpr unsigned only_link = 1;
constexpr std::uint8_t hops = 255;  // RFC 6762 §11
constexpr std::size_t packet_bytes_max = 1'472;
constexpr std::uint64_t look_again_ms_max = 60'000;

ip_addr_t group() {
    ip_addr_t address{};
    IP_ADDR4(&address, 224, 0, 0, 251);
    return address;
}

/// In network byte order.
std::string own_address() {
    const u32_t address = ip4_addr_get_u32(netif_ip4_addr(netif_default));
    return {reinterpret_cast<const char*>(&address), sizeof address};
}

}  // namespace

LwipAnnouncement::LwipAnnouncement(const transport::Transport& clock, mdns::Service service)
    : clock_(clock), responder_(std::move(service), LWIP_RAND()), pcb_(udp_new_ip_type(IPADDR_TYPE_V4)) {
    if (pcb_ == nullptr) return;
    const auto all = group();
    udp_bind(pcb_, IP4_ADDR_ANY, mdns::mdns_port);
    udp_recv(pcb_, on_packet, this);
    udp_set_multicast_ttl(pcb_, hops);
    pcb_->ttl = hops;
    igmp_joingroup_netif(netif_default, ip_2_ip4(&all));
    move();
}

LwipAnnouncement::~LwipAnnouncement() {
    if (pcb_ == nullptr) return;
    sys_untimeout(on_time, this);
    responder_.say_goodbye();
    send();
    const auto all = group();
    igmp_leavegroup_netif(netif_default, ip_2_ip4(&all));
    udp_remove(pcb_);
}

void LwipAnnouncement::rename(std::string_view name) {
    responder_.rename(name, now_ms());
    move();
}

void LwipAnnouncement::on_packet(void* self, udp_pcb*, pbuf* packet, const ip_addr_t* from, u16_t port) {
    auto& announcement = *static_cast<LwipAnnouncement*>(self);
    if (packet->tot_len <= packet_bytes_max && IP_IS_V4(from)) {
        std::string text(packet->tot_len, '\0');
        pbuf_copy_partial(packet, text.data(), packet->tot_len, 0);
        announcement.responder_.receive(
            text, only_link, {.address = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(from))), .port = port},
            announcement.now_ms());
    }
    pbuf_free(packet);
    announcement.move();
}

void LwipAnnouncement::on_time(void* self) { static_cast<LwipAnnouncement*>(self)->move(); }

/// Does what is due, and asks lwIP for the next time.
void LwipAnnouncement::move() {
    if (pcb_ == nullptr) return;
    const auto now = now_ms();
    if (auto address = own_address(); address != told_address_) {
        told_address_ = std::move(address);
        responder_.set_links({{.index = only_link, .address = told_address_}}, now);
    }
    responder_.turn(now);
    send();
    const auto due = responder_.due_ms();
    const auto wait = due <= now ? 1 : std::min(due - now, look_again_ms_max);
    sys_untimeout(on_time, this);
    sys_timeout(static_cast<u32_t>(wait), on_time, this);
}

void LwipAnnouncement::send() {
    for (const auto& each : responder_.take()) {
        const auto size = static_cast<u16_t>(each.packet.size());
        pbuf* packet = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);
        if (packet == nullptr) continue;  // lost, as any may be on its way
        pbuf_take(packet, each.packet.data(), size);
        ip_addr_t to = group();
        if (each.to.address != 0) ip_addr_set_ip4_u32(&to, lwip_htonl(each.to.address));
        udp_sendto_if(pcb_, packet, &to, each.to.port, netif_default);
        pbuf_free(packet);
    }
}

}  // namespace boardwalk::ports
