#include "tests/instructions/wire.hpp"

#include <lwip/ip.h>
#include <lwip/sys.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "firmware/core/text_writer.hpp"
#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/stacks/lwip/stack.hpp"
#include "tests/instructions/mark.hpp"

namespace {

std::uint64_t clock_us = 0;
u32_t clock_ms = 0;
constexpr std::uint64_t end_us = 600'000'000;  // far behind the last part

}  // namespace

extern "C" {

u32_t sys_now() { return clock_ms; }

/// The same numbers in each run.
unsigned boardwalk_lwip_random() {
    static std::uint32_t state = 1;
    state = state * 1'664'525 + 1'013'904'223;
    return state;
}

void boardwalk_lwip_failed(const char* what, const char*, int) { boardwalk::instructions::fail(what); }

}  // extern "C"

namespace boardwalk::instructions {
namespace {

constexpr std::size_t ip_bytes = 20, tcp_bytes = 20, mss_option_bytes = 4;
constexpr std::uint8_t tcp = 6;
constexpr std::uint16_t mss = 1460, window = 64'240;  // a computer's
constexpr std::array<std::uint8_t, 4> board_address = {10, 0, 0, 1}, client_address = {10, 0, 0, 2};
constexpr std::uint16_t board_port = 80;

void put16(std::span<std::uint8_t> to, std::uint32_t number) {
    to[0] = static_cast<std::uint8_t>(number >> 8);
    to[1] = static_cast<std::uint8_t>(number);
}
void put32(std::span<std::uint8_t> to, std::uint32_t number) {
    put16(to, number >> 16);
    put16(to.subspan(2), number);
}
std::uint32_t get16(std::span<const std::uint8_t> from) { return std::uint32_t{from[0]} << 8 | from[1]; }
std::uint32_t get32(std::span<const std::uint8_t> from) { return get16(from) << 16 | get16(from.subspan(2)); }

/// RFC 1071.
std::uint32_t sum_of(std::span<const std::uint8_t> bytes, std::uint32_t sum = 0) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        sum += get16(bytes.subspan(i));
    if (bytes.size() % 2 != 0) sum += std::uint32_t{bytes.back()} << 8;
    return sum;
}
std::uint32_t folded(std::uint32_t sum) {
    while (sum > 0xFFFF)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return ~sum & 0xFFFF;
}

/// Writes the packet (RFC 791 §3.1, RFC 9293 §3.1); what is used of `memory`.
std::span<const std::uint8_t> write_packet(std::span<std::uint8_t> memory, const Segment& segment) {
    const bool tells_mss = (segment.flags & flag::syn) != 0;
    const auto head_bytes = tcp_bytes + (tells_mss ? mss_option_bytes : 0);
    const auto packet = memory.first(ip_bytes + head_bytes + segment.text.size());
    const auto ip = packet.first(ip_bytes), rest = packet.subspan(ip_bytes);
    std::ranges::fill(packet.first(ip_bytes + head_bytes), 0);

    ip[0] = 0x45;
    put16(ip.subspan(2), packet.size());
    ip[8] = 64;  // time to live
    ip[9] = tcp;
    std::ranges::copy(client_address, ip.subspan(12).begin());
    std::ranges::copy(board_address, ip.subspan(16).begin());
    put16(ip.subspan(10), folded(sum_of(ip)));

    put16(rest, segment.client_port);
    put16(rest.subspan(2), board_port);
    put32(rest.subspan(4), segment.sequence);
    put32(rest.subspan(8), segment.acknowledged);
    rest[12] = static_cast<std::uint8_t>(head_bytes / 4 << 4);
    rest[13] = segment.flags;
    put16(rest.subspan(14), window);
    if (tells_mss) put32(rest.subspan(tcp_bytes), 2U << 24 | 4U << 16 | mss);
    if (!segment.text.empty())
        std::memcpy(rest.subspan(head_bytes).data(), segment.text.data(), segment.text.size());
    put16(rest.subspan(16), folded(sum_of(rest, sum_of(ip.subspan(12), tcp + rest.size()))));
    return packet;
}

}  // namespace

void fail(std::string_view why) {
    mps2::print("failed: ");
    mps2::give_up(1, why);
}

void print_number(std::string_view before, std::uint64_t number) {
    std::array<char, 128> memory{};
    TextWriter out(memory);
    out.append(before);
    out.append_number(number);
    mps2::print(out.view());
}

void Wire::start() {
    ports::start_lwip();
    ip4_addr_t own{}, mask{}, gateway{};
    IP4_ADDR(&own, board_address[0], board_address[1], board_address[2], board_address[3]);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    netif_add(&interface_, &own, &mask, &gateway, this, set_up, ip_input);
    netif_set_default(&interface_);
    netif_set_up(&interface_);
}

err_t Wire::set_up(netif* interface) {
    interface->name[0] = 'w';
    interface->name[1] = 'i';
    interface->mtu = 1500;
    interface->flags = NETIF_FLAG_LINK_UP;
    interface->output = on_packet;
    return ERR_OK;
}

void Wire::add(Timed& one) {
    if (timed_count_ == timed_.size()) fail("too many clocks");
    timed_[timed_count_++] = &one;
}

void Wire::add(Receiver& one) {
    if (receiver_count_ == receivers_.size()) fail("too many clients");
    receivers_[receiver_count_++] = &one;
}

void Wire::send(const Segment& segment) {
    if (count_ == under_way_.size()) fail("too much under way");
    under_way_[(first_ + count_++) % under_way_.size()] = segment;
}

std::uint64_t Wire::now_us() const { return clock_us; }

void Wire::exchange(std::uint32_t timeout_ms) {
    set<Mark::world>();
    if (count_ == 0 && !std::exchange(awake_, false)) pass_time(timeout_ms);
    for (auto left = count_; left > 0; --left) {
        const auto segment = under_way_[first_];
        first_ = (first_ + 1) % under_way_.size();
        --count_;
        deliver(segment);
    }
    set<Mark::board>();
}

/// Until the timeout, or until a sleeper's time has come.
void Wire::pass_time(std::uint32_t timeout_ms) {
    const auto until_us = clock_us + timeout_ms * std::uint64_t{1'000};
    auto next_us = until_us;
    for (const auto* one : std::span(timed_).first(timed_count_))
        next_us = std::min(next_us, one->due_us());
    clock_us = std::max(clock_us, next_us);
    clock_ms = static_cast<u32_t>(clock_us / 1'000);
    if (clock_us > end_us) fail("an answer never came");
    for (auto* one : std::span(timed_).first(timed_count_)) {
        if (one->due_us() <= clock_us) one->on_time();
    }
}

/// The driver's part, taking a packet out of a chip's memory, is the board's.
void Wire::deliver(const Segment& segment) {
    const auto packet = write_packet(packet_, segment);
    set<Mark::board>();
    ports::deliver(interface_, packet);
    set<Mark::world>();
}

err_t Wire::on_packet(netif* interface, pbuf* chain, const ip4_addr_t*) {
    set<Mark::world>();
    static_cast<Wire*>(interface->state)->receive(*chain);
    set<Mark::board>();
    return ERR_OK;
}

void Wire::receive(const pbuf& chain) {
    std::array<std::uint8_t, 1500> memory;
    const std::span packet(memory.data(), pbuf_copy_partial(&chain, memory.data(), memory.size(), 0));
    if (packet.size() < ip_bytes + tcp_bytes || packet[0] != 0x45 || packet[9] != tcp) return;
    const auto rest = packet.subspan(ip_bytes);
    if (folded(sum_of(rest, sum_of(packet.subspan(12, 8), tcp + rest.size()))) != 0) fail("a wrong checksum");
    const auto text = rest.subspan(rest[12] / 16U * 4U);
    const Segment segment{.client_port = static_cast<std::uint16_t>(get16(rest.subspan(2))),
                          .flags = rest[13],
                          .sequence = get32(rest.subspan(4)),
                          .acknowledged = get32(rest.subspan(8)),
                          .text = {reinterpret_cast<const char*>(text.data()), text.size()}};
    for (auto* one : std::span(receivers_).first(receiver_count_)) {
        if (one->port() == segment.client_port) return one->on_segment(segment);
    }
    fail("a segment for nobody");
}

}  // namespace boardwalk::instructions
