#include "firmware/ports/mps2/ethernet_link.hpp"

#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/sys.h>
#include <netif/ethernet.h>

#include <algorithm>
#include <utility>

#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/random.hpp"
#include "firmware/stacks/lwip/stack.hpp"

extern "C" {

u32_t sys_now() { return static_cast<u32_t>(boardwalk::mps2::now_us() / 1'000); }

unsigned boardwalk_lwip_random() {
    std::array<std::uint8_t, sizeof(unsigned)> bytes{};
    boardwalk::ports::fill_random(bytes);
    unsigned number = 0;
    for (const auto byte : bytes)
        number = number << 8 | byte;
    return number;
}

void boardwalk_lwip_failed(const char* what, const char* file, int) {
    boardwalk::mps2::print("lwIP: ");
    boardwalk::mps2::print(what);
    boardwalk::mps2::print(" in ");
    boardwalk::mps2::give_up(boardwalk::mps2::exit_assertion, file);
}

}  // extern "C"

namespace boardwalk::ports {

bool EthernetLink::start(const ip4_addr_t& local_peer) {
    start_lwip();
    if (!chip_.start()) return false;
    local_peer_ = local_peer;
    netif_add_noaddr(&interface_, this, set_up, ethernet_input);
    netif_create_ip6_linklocal_address(&interface_, 1);
    netif_set_default(&interface_);
    netif_set_up(&interface_);
    return dhcp_start(&interface_) == ERR_OK;
}

err_t EthernetLink::set_up(netif* interface) {
    auto& self = *static_cast<EthernetLink*>(interface->state);
    interface->name[0] = 'b';
    interface->name[1] = 'w';
    interface->mtu = 1500;
    const auto mac = self.chip_.mac();
    std::ranges::copy(mac, interface->hwaddr);
    interface->hwaddr_len = mac.size();
    interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP |
                       NETIF_FLAG_MLD6 | NETIF_FLAG_LINK_UP;
    interface->output = etharp_output;
    interface->output_ip6 = ethip6_output;
    interface->linkoutput = send;
    return ERR_OK;
}

err_t EthernetLink::send(netif* interface, pbuf* chain) {
    auto& self = *static_cast<EthernetLink*>(interface->state);
    const auto size = pbuf_copy_partial(chain, self.outgoing_.data(), sizeof self.outgoing_, 0);
    return self.chip_.send(self.outgoing_, size) ? ERR_OK : ERR_MEM;
}

void EthernetLink::exchange(std::uint32_t timeout_ms) {
    if (receive_all() || std::exchange(awake_, false)) return;
    mps2::sleep(timeout_ms);
    receive_all();
}

bool EthernetLink::receive_all() {
    chip_.forget_interrupt();  // first: a frame that comes meanwhile must end the next sleep
    bool any = false;
    while (const auto size = chip_.receive(incoming_)) {
        any = true;
        deliver(interface_, {reinterpret_cast<const std::uint8_t*>(incoming_.data()), *size});
    }
    return any;
}

std::uint64_t EthernetLink::now_us() const { return mps2::now_us(); }

bool EthernetLink::is_local(const ip_addr_t& peer) const {
    return !ip4_addr_isany_val(local_peer_) && IP_IS_V4_VAL(peer) &&
           ip4_addr_cmp(ip_2_ip4(&peer), &local_peer_);
}

}  // namespace boardwalk::ports
