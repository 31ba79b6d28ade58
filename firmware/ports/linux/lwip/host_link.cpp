#include "firmware/ports/linux/lwip/host_link.hpp"

#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/ethip6.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "firmware/stacks/lwip/stack.hpp"

namespace {

/// Both DHCP servers and lwIP probe whether the address is in use already (RFC 2131 §2.2), which takes some
/// seconds.
constexpr std::uint64_t address_patience_us = 15'000'000;
constexpr std::uint32_t look_again_ms = 50;

std::uint64_t monotonic_us() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

}  // namespace

extern "C" {

u32_t sys_now() { return static_cast<u32_t>(monotonic_us() / 1'000); }

unsigned boardwalk_lwip_random() {
    unsigned number = 0;
    [[maybe_unused]] const auto got = ::getrandom(&number, sizeof number, 0);
    return number;
}

void boardwalk_lwip_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "lwIP: %s (%s:%d)\n", what, file, line);
    std::abort();
}

}  // extern "C"

namespace boardwalk::ports {

HostLink::HostLink() : waker_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { start_lwip(); }

HostLink::~HostLink() {
    remove_interface();
    ::close(waker_);
}

void HostLink::add_interface(const Mac& mac, const std::string& address) {
    address_ = address;
    std::copy(mac.begin(), mac.end(), interface_.hwaddr);
    ip_addr_t own{};
    (void)ipaddr_aton(address.c_str(), &own);  // by_dhcp leaves it zero
    ip4_addr_t v4{}, mask{}, gateway{};
    if (IP_IS_V4_VAL(own)) v4 = *ip_2_ip4(&own);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    added_ = netif_add(&interface_, &v4, &mask, &gateway, this, set_up, ethernet_input) != nullptr;
    netif_create_ip6_linklocal_address(&interface_, 1);
    s8_t index = 0;
    if (IP_IS_V6_VAL(own)) netif_add_ip6_address(&interface_, ip_2_ip6(&own), &index);
    netif_set_default(&interface_);
    netif_set_up(&interface_);
}

bool HostLink::ask_for_address() {
    netif_set_hostname(&interface_, "boardwalk");
    const auto give_up_us = now_us() + address_patience_us;
    if (dhcp_start(&interface_) != ERR_OK) return false;
    while (dhcp_supplied_address(&interface_) == 0) {
        if (now_us() > give_up_us) return false;
        exchange(look_again_ms);
        sys_check_timeouts();
    }
    address_ = ip4addr_ntoa(netif_ip4_addr(&interface_));
    return true;
}

void HostLink::remove_interface() {
    if (added_ && netif_dhcp_data(&interface_) != nullptr) {
        dhcp_release_and_stop(&interface_);
        dhcp_cleanup(&interface_);
    }
    if (added_) netif_remove(&interface_);
    added_ = false;
}

err_t HostLink::set_up(netif* interface) {
    interface->name[0] = 'b';
    interface->name[1] = 'w';
    interface->mtu = 1500;
    interface->hwaddr_len = ETH_HWADDR_LEN;
    interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP |
                       NETIF_FLAG_MLD6 | NETIF_FLAG_LINK_UP;
    interface->output = etharp_output;
    interface->output_ip6 = ethip6_output;
    interface->linkoutput = send;
    return ERR_OK;
}

err_t HostLink::send(netif* interface, pbuf* chain) {
    std::array<std::uint8_t, frame_bytes_max> frame;
    const auto size = pbuf_copy_partial(chain, frame.data(), frame.size(), 0);
    static_cast<HostLink*>(interface->state)->send_frame(std::span(frame).first(size));
    return ERR_OK;
}

void HostLink::receive_frame(std::span<const std::uint8_t> frame) { deliver(interface_, frame); }

void HostLink::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(waker_, &one, sizeof one);
}

void HostLink::drain_waker() const {
    std::uint64_t times = 0;
    [[maybe_unused]] const auto got = ::read(waker_, &times, sizeof times);
}

std::uint64_t HostLink::now_us() const { return monotonic_us(); }

}  // namespace boardwalk::ports
