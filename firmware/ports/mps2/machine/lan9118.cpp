#include "firmware/ports/mps2/machine/lan9118.hpp"

#include <algorithm>

#include "firmware/ports/mps2/machine/registers.hpp"

namespace boardwalk::mps2 {
namespace {

// Data sheet, chapter 5.
constexpr std::uintptr_t rx_data = ethernet + 0x00;
constexpr std::uintptr_t tx_data = ethernet + 0x20;
constexpr std::uintptr_t rx_status = ethernet + 0x40;
constexpr std::uintptr_t tx_status = ethernet + 0x48;
constexpr std::uintptr_t irq_config = ethernet + 0x54;
constexpr std::uintptr_t irq_status = ethernet + 0x58;
constexpr std::uintptr_t irq_enable = ethernet + 0x5C;
constexpr std::uintptr_t byte_order_test = ethernet + 0x64;
constexpr std::uintptr_t fifo_levels = ethernet + 0x68;
constexpr std::uintptr_t rx_config = ethernet + 0x6C;
constexpr std::uintptr_t tx_config = ethernet + 0x70;
constexpr std::uintptr_t hardware_config = ethernet + 0x74;
constexpr std::uintptr_t rx_fifo = ethernet + 0x7C;
constexpr std::uintptr_t tx_fifo = ethernet + 0x80;
constexpr std::uintptr_t mac_command = ethernet + 0xA4;
constexpr std::uintptr_t mac_data = ethernet + 0xA8;

constexpr std::uint32_t mac_control = 1, mac_address_high = 2, mac_address_low = 3;
constexpr std::uint32_t mac_busy = 1U << 31, mac_read = 1U << 30;
constexpr std::uint32_t rx_error = 1U << 15;
constexpr std::size_t crc_bytes = 4, header_bytes = 14;

std::size_t words_for(std::size_t bytes) { return (bytes + 3) / 4; }

/// Reading takes it off the FIFO; `(void)reg(…)` would not read.
void drop(std::uintptr_t fifo) { [[maybe_unused]] const std::uint32_t word = reg(fifo); }

}  // namespace

bool Lan9118::start() {
    if (reg(byte_order_test) != 0x8765'4321) return false;
    reg(hardware_config) = 1;  // reset
    while ((reg(hardware_config) & 1) != 0) {
    }
    reg(hardware_config) = 5U << 16 | 1U << 20;  // 5 KB for sending; a bit that must be set
    reg(tx_config) = 2;
    reg(rx_config) = 0;
    // All multicast passes (lwIP sorts it out), full duplex, transmitter and receiver on.
    write_mac_register(mac_control, 1U << 19 | 1U << 20 | 8 | 4);
    reg(fifo_levels) = 0xFF00'0000;
    reg(irq_status) = 0xFFFF'FFFF;
    reg(irq_enable) = 1U << 3;                 // a received frame
    reg(irq_config) = 1U << 8 | 1U << 4 | 1U;  // on, active high, push-pull
    return true;
}

std::array<std::uint8_t, 6> Lan9118::mac() const {
    const auto low = read_mac_register(mac_address_low), high = read_mac_register(mac_address_high);
    std::array<std::uint8_t, 6> mac{};
    for (unsigned i = 0; i < 6; ++i)
        mac[i] = static_cast<std::uint8_t>(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    return mac;
}

bool Lan9118::send(std::span<const std::uint32_t> words, std::size_t bytes) {
    constexpr std::uint32_t first_segment = 1U << 13, last_segment = 1U << 12;
    const auto size = static_cast<std::uint32_t>(bytes);
    if ((reg(tx_fifo) & 0xFFFF) < 4 * words_for(bytes) + 8) return false;
    while ((reg(tx_fifo) >> 16 & 0xFF) != 0)
        drop(tx_status);
    reg(tx_data) = first_segment | last_segment | size;
    reg(tx_data) = size;
    for (const auto word : words.first(words_for(bytes)))
        reg(tx_data) = word;
    return true;
}

void Lan9118::forget_interrupt() {
    reg(irq_status) = 0xFFFF'FFFF;
    reg(nvic_clear_pending) = 1U << ethernet_irq;
}

std::optional<std::size_t> Lan9118::receive(Frame& frame) {
    while ((reg(rx_fifo) >> 16 & 0xFF) != 0) {
        const std::uint32_t status = reg(rx_status);
        const std::size_t bytes = status >> 16 & 0x3FFF;
        const std::size_t words = words_for(bytes);
        const bool good =
            (status & rx_error) == 0 && bytes >= header_bytes + crc_bytes && words <= frame.size();
        for (std::size_t i = 0; i < words; ++i) {
            if (good) frame[i] = reg(rx_data);
            else drop(rx_data);
        }
        if (good) return bytes - crc_bytes;
    }
    return std::nullopt;
}

std::uint32_t Lan9118::read_mac_register(std::uint32_t index) const {
    reg(mac_command) = mac_busy | mac_read | index;
    while ((reg(mac_command) & mac_busy) != 0) {
    }
    return reg(mac_data);
}

void Lan9118::write_mac_register(std::uint32_t index, std::uint32_t value) {
    reg(mac_data) = value;
    reg(mac_command) = mac_busy | index;
    while ((reg(mac_command) & mac_busy) != 0) {
    }
}

}  // namespace boardwalk::mps2
