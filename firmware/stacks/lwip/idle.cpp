#include "firmware/stacks/lwip/idle.hpp"

#include <lwip/dhcp.h>
#include <lwip/igmp.h>
#include <lwip/mld6.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/prot/dhcp.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>

#include <algorithm>

namespace boardwalk::ports {
namespace {

/// The period of the timers that age tables (ARP, neighbours, routes).
constexpr std::uint32_t idle_ms = 1'000;

std::uint32_t call_at_ms = 0;  ///< on lwIP's clock, which wraps

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
    if (!idle) return sys_timeouts_sleeptime();
    const auto left_ms = static_cast<std::int32_t>(call_at_ms - sys_now());
    return left_ms > 0 ? std::min(idle_ms, static_cast<std::uint32_t>(left_ms)) : idle_ms;
}

void lwip_call_in(std::uint32_t ms, void (*handler)(void*), void* context) {
    call_at_ms = sys_now() + ms;
    sys_timeout(ms, handler, context);
}

}  // namespace boardwalk::ports
