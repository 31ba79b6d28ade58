#include "firmware/stacks/lwip/lwip_announcement.hpp"

#include <lwip/igmp.h>
#include <lwip/netif.h>
#include <lwip/timeouts.h>

#include <algorithm>

#include "firmware/stacks/lwip/idle.hpp"

namespace boardwalk::ports {
namespace {

/// There is one interface; the responder asks for a number.
constexpr unsigned only_link = 1;
constexpr std::uint8_t hops = 255;  // RFC 6762 §11
constexpr std::uint64_t look_again_ms_max = 60'000;

ip_addr_t group() {
    ip_addr_t address{};
    IP_ADDR4(&address, 224, 0, 0, 251);
    return address;
}

mdns::Link own_link() {
    const u32_t address = ip4_addr_get_u32(netif_ip4_addr(netif_default));  // in network byte order
    return {.index = only_link, .address = cut({reinterpret_cast<const char*>(&address), sizeof address})};
}

}  // namespace

LwipAnnouncement::LwipAnnouncement(const transport::Transport& clock, const mdns::Service& service)
    : clock_(clock), responder_(service, LWIP_RAND(), places_), pcb_(udp_new_ip_type(IPADDR_TYPE_V4)) {
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
    responder_.say_goodbye(*this);
    const auto all = group();
    igmp_leavegroup_netif(netif_default, ip_2_ip4(&all));
    udp_remove(pcb_);
}

void LwipAnnouncement::rename(std::string_view name) {
    responder_.rename(name, now_ms());
    move();
}

void LwipAnnouncement::require_sign_in() {
    responder_.require_sign_in(now_ms());
    move();
}

void LwipAnnouncement::on_packet(void* self, udp_pcb*, pbuf* packet, const ip_addr_t* from, u16_t port) {
    auto& announcement = *static_cast<LwipAnnouncement*>(self);
    std::array<char, mdns::packet_bytes_max> bytes;
    if (packet->tot_len <= bytes.size() && IP_IS_V4(from)) {
        const auto size = pbuf_copy_partial(packet, bytes.data(), packet->tot_len, 0);
        announcement.responder_.receive(
            {bytes.data(), size}, only_link,
            {.address = lwip_ntohl(ip4_addr_get_u32(ip_2_ip4(from))), .port = port}, announcement.now_ms(),
            announcement);
    }
    pbuf_free(packet);
    announcement.move();
}

void LwipAnnouncement::on_time(void* self) { static_cast<LwipAnnouncement*>(self)->move(); }

/// Does what is due, and asks lwIP for the next time.
void LwipAnnouncement::move() {
    if (pcb_ == nullptr) return;
    const auto now = now_ms();
    if (const auto link = own_link(); link != told_) {
        told_ = link;
        responder_.set_links(std::span(&told_, 1), now);
    }
    responder_.turn(now, *this);
    const auto due = responder_.due_ms();
    const auto wait = due <= now ? 1 : std::min(due - now, look_again_ms_max);
    sys_untimeout(on_time, this);
    lwip_call_in(static_cast<std::uint32_t>(wait), on_time, this);
}

void LwipAnnouncement::send(unsigned, mdns::Endpoint to, std::string_view bytes) {
    const auto size = static_cast<u16_t>(bytes.size());
    pbuf* packet = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);
    if (packet == nullptr) return;
    pbuf_take(packet, bytes.data(), size);
    ip_addr_t address = group();
    if (to.address != 0) ip_addr_set_ip4_u32(&address, lwip_htonl(to.address));
    udp_sendto_if(pcb_, packet, &address, to.port, netif_default);
    pbuf_free(packet);
}

}  // namespace boardwalk::ports
