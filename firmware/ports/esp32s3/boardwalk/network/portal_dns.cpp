#include "firmware/ports/esp32s3/boardwalk/network/portal_dns.hpp"

#include <array>
#include <cstring>

#include "firmware/app/wifi/dns_answer.hpp"

namespace boardwalk::ports {

namespace {

constexpr u16_t dns_port = 53;

}  // namespace

err_t PortalDns::start(const app::Portal& portal, const char* address) {
    portal_ = &portal;
    udp_pcb* const pcb = udp_new_ip_type(IPADDR_TYPE_V4);
    if (pcb == nullptr || ip4addr_aton(address, &address_) == 0) return ERR_MEM;
    udp_recv(pcb, on_packet, this);
    return udp_bind(pcb, IP4_ADDR_ANY, dns_port);
}

void PortalDns::on_packet(void* self, udp_pcb* pcb, pbuf* packet, const ip_addr_t* from, u16_t port) {
    auto& dns = *static_cast<PortalDns*>(self);
    // Only queries that came in on the board's own network are answered: in the owner's network this would
    // mislead every client. The interface decides, because lwIP also takes packets for the address of another
    // interface.
    const bool in_own_network = netif_ip4_addr(ip_current_input_netif())->addr == dns.address_.addr;
    if (dns.portal_->open() && in_own_network) dns.answer(pcb, *packet, *from, port);
    pbuf_free(packet);
}

void PortalDns::answer(udp_pcb* pcb, const pbuf& packet, const ip_addr_t& to, u16_t port) {
    std::array<std::uint8_t, app::dns_query_bytes_max> query;
    std::array<std::uint8_t, app::dns_query_bytes_max + 16> answer;
    std::array<std::uint8_t, 4> own;
    std::memcpy(own.data(), &address_.addr, own.size());  // in the network's order already
    if (packet.tot_len > query.size()) return;
    const auto size = pbuf_copy_partial(&packet, query.data(), packet.tot_len, 0);
    const auto answer_size = static_cast<u16_t>(app::answer_dns(std::span(query).first(size), own, answer));
    if (answer_size == 0) return;
    pbuf* const out = pbuf_alloc(PBUF_TRANSPORT, answer_size, PBUF_RAM);
    if (out == nullptr) return;  // lost, as any may be on its way: it is asked again
    (void)pbuf_take(out, answer.data(), answer_size);
    (void)udp_sendto(pcb, out, &to, port);
    pbuf_free(out);
}

}  // namespace boardwalk::ports
