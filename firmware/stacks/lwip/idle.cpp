#include "firmware/stacks/lwip/idle.hpp"

#include <lwip/dhcp.h>
#include <lwip/igmp.h>
#include <lwip/mld6.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/dhcp.h>
#include <lwip/timeouts.h>

namespace boardwalk::ports {
namespace {

/// The period of the timers that age tables (ARP, neighbours, routes).
constexpr std::uint32_t idle_ms = 1'000;

template <typename Group>
bool waits_to_report(const Group* group) {
    for (; group != nullptr; group = group->next)
        if (group->timer > 0) return true;
    return false;
}

bool is_settled(const netif& interface) {
    const auto* const dhcp = netif_dhcp_data(&interface);
    return (dhcp == nullptr || dhcp->state == DHCP_STATE_OFF || dhcp->state == DHCP_STATE_BOUND) &&
           !waits_to_report(netif_igmp_data(&interface)) && !waits_to_report(netif_mld6_data(&interface));
}

}  // namespace

std::uint32_t lwip_sleep_ms() {
    bool idle = tcp_active_pcbs == nullptr && tcp_tw_pcbs == nullptr;
    const netif* interface = nullptr;
    NETIF_FOREACH(interface) idle = idle && is_settled(*interface);
    return idle ? idle_ms : sys_timeouts_sleeptime();
}

}  // namespace boardwalk::ports
