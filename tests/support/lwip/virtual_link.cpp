#include "tests/support/lwip/virtual_link.hpp"

#include <lwip/ip.h>
#include <lwip/sys.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "firmware/stacks/lwip/stack.hpp"

namespace {

// lwIP knows one clock and one source of chance in a process.
std::uint64_t clock_us = 1'000'000;
std::mt19937 stack_random;

constexpr std::size_t v4_source = 12, v4_address_bytes = 4;
constexpr std::size_t v6_source = 8, v6_address_bytes = 16;

/// A packet that its driver gets back when lwIP is done with it.
struct DriversPacket : pbuf_custom {
    explicit DriversPacket(const std::vector<std::uint8_t>& bytes_) : pbuf_custom(), bytes(bytes_) {
        custom_free_function = [](struct pbuf* p) {
            delete static_cast<DriversPacket*>(reinterpret_cast<pbuf_custom*>(p));
        };
        ++count;
    }
    DriversPacket(const DriversPacket&) = delete;
    DriversPacket& operator=(const DriversPacket&) = delete;
    ~DriversPacket() { --count; }

    std::vector<std::uint8_t> bytes;
    static inline std::size_t count = 0;
};

}  // namespace

extern "C" {

u32_t sys_now() { return static_cast<u32_t>(clock_us / 1'000); }
unsigned boardwalk_lwip_random() { return static_cast<unsigned>(stack_random()); }
void boardwalk_lwip_failed(const char* what, const char* file, int line) {
    std::fprintf(stderr, "lwIP: %s (%s:%d)\n", what, file, line);
    std::abort();
}

}  // extern "C"

namespace boardwalk::test {
namespace {

/// Source and destination change places; TCP's checksum, a sum over both, stays right.
void swap_addresses(std::vector<std::uint8_t>& packet) {
    const bool v6 = (packet[0] >> 4) == 6;
    const auto source = packet.begin() + static_cast<std::ptrdiff_t>(v6 ? v6_source : v4_source);
    const auto size = static_cast<std::ptrdiff_t>(v6 ? v6_address_bytes : v4_address_bytes);
    std::swap_ranges(source, source + size, source + size);
}

ip_addr_t v4(std::uint8_t host) {
    ip_addr_t address{};
    IP_ADDR4(&address, 10, 9, 0, host);
    return address;
}

ip_addr_t v6(std::uint32_t host) {
    ip_addr_t address{};
    IP_ADDR6(&address, lwip_htonl(0xfd00'0000), 0, 0, lwip_htonl(host));
    return address;
}

}  // namespace

ip_addr_t VirtualLink::peer_v4() { return v4(2); }
ip_addr_t VirtualLink::peer_v6() { return v6(2); }

VirtualLink::VirtualLink(const Weather& weather) : weather_(weather), random_(weather.seed) {
    stack_random.seed(weather.seed);
    ports::start_lwip();
    const auto own = v4(1);
    ip4_addr_t mask{}, gateway{};
    IP4_ADDR(&mask, 255, 255, 255, 0);
    netif_add(&interface_, ip_2_ip4(&own), &mask, &gateway, this, set_up, ip_input);
    const auto own_v6 = v6(1);
    netif_ip6_addr_set(&interface_, 0, ip_2_ip6(&own_v6));
    netif_ip6_addr_set_state(&interface_, 0, IP6_ADDR_PREFERRED);
    netif_set_default(&interface_);
    netif_set_up(&interface_);
}

VirtualLink::~VirtualLink() { netif_remove(&interface_); }

err_t VirtualLink::set_up(netif* interface) {
    interface->name[0] = 'v';
    interface->name[1] = 'l';
    interface->mtu = 1500;
    interface->flags = NETIF_FLAG_LINK_UP;
    interface->output = send_v4;
    interface->output_ip6 = send_v6;
    return ERR_OK;
}

err_t VirtualLink::send_v4(netif* interface, pbuf* packet, const ip4_addr_t*) {
    static_cast<VirtualLink*>(interface->state)->send(*packet);
    return ERR_OK;
}

err_t VirtualLink::send_v6(netif* interface, pbuf* packet, const ip6_addr_t* to) {
    if (ip6_addr_ismulticast(to)) return ERR_OK;  // a search for routers
    static_cast<VirtualLink*>(interface->state)->send(*packet);
    return ERR_OK;
}

void VirtualLink::send(const pbuf& chain) {
    Packet packet(chain.tot_len);
    pbuf_copy_partial(&chain, packet.data(), chain.tot_len, 0);
    ++count_.sent;
    const auto mix = [this](std::uint64_t value) {
        count_.fingerprint = (count_.fingerprint ^ value) * 1'099'511'628'211ULL;
    };
    std::for_each(packet.begin(), packet.end(), mix);
    mix(clock_us);
    swap_addresses(packet);
    if (happens(weather_.loss_percent) && arrived_since_loss_ >= weather_.arrivals_between_losses_min) {
        ++count_.lost;
        arrived_since_loss_ = 0;
        return;
    }
    ++arrived_since_loss_;
    if (happens(weather_.duplicate_percent)) {
        ++count_.duplicated;
        put_on_its_way(packet);
    }
    put_on_its_way(std::move(packet));
}

void VirtualLink::put_on_its_way(Packet packet) {
    const auto spread_ms = weather_.delay_ms_max - weather_.delay_ms_min;
    const auto delay_ms = weather_.delay_ms_min + (spread_ms > 0 ? random_() % (spread_ms + 1) : 0);
    on_the_way_.emplace(clock_us + delay_ms * 1'000ULL, std::move(packet));
}

void VirtualLink::exchange(std::uint32_t timeout_ms) {
    clock_us += 10;  // a turn of the loop costs something, so that time passes for a loop that never waits
    if (on_the_way_.empty() || on_the_way_.begin()->first > clock_us) {
        const std::uint64_t until = clock_us + timeout_ms * 1'000ULL;
        clock_us = on_the_way_.empty() ? until : std::min(until, on_the_way_.begin()->first);
    }
    deliver_due();
}

void VirtualLink::deliver_due() {
    while (!on_the_way_.empty() && on_the_way_.begin()->first <= clock_us) {
        const auto packet = std::move(on_the_way_.begin()->second);
        on_the_way_.erase(on_the_way_.begin());
        if (packets_are_the_drivers) deliver_by_reference(packet);
        else ports::deliver(interface_, packet);
    }
}

void VirtualLink::deliver_by_reference(const Packet& bytes) {
    auto* const packet = new DriversPacket(bytes);
    drivers_packets_at_most_ = std::max(drivers_packets_at_most_, DriversPacket::count);
    const auto size = static_cast<u16_t>(bytes.size());
    pbuf* const p = pbuf_alloced_custom(PBUF_RAW, size, PBUF_REF, packet, packet->bytes.data(), size);
    if (interface_.input(p, &interface_) != ERR_OK) pbuf_free(p);
}

std::uint64_t VirtualLink::now_us() const { return clock_us; }

}  // namespace boardwalk::test
