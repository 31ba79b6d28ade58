#include "firmware/ports/mps2/machine/machine.hpp"

#include <algorithm>

#include "firmware/ports/mps2/machine/registers.hpp"
#include "firmware/ports/mps2/machine/semihosting.hpp"

namespace boardwalk::mps2 {
namespace {

constexpr std::uint32_t sleep_ms_max = 600;  // SysTick counts 24 bits
/// As long as ten characters take at 115,200 baud. A UART that takes none for so long has a stopped reader.
constexpr std::uint64_t uart_patience_us = 1'000;

enum class Access : std::uint32_t { read_only = 6, read_write = 3 };

/// B3.5.9. `hidden` switches eighths of the region off.
void allow(std::uint32_t number, std::uint32_t base, std::uint32_t size_log2, Access access, bool code,
           std::uint32_t memory_type, std::uint32_t hidden = 0) {
    reg(mpu_region) = number;
    reg(mpu_base) = base;
    reg(mpu_attributes) = (code ? 0 : 1U << 28) | static_cast<std::uint32_t>(access) << 24 |
                          memory_type << 16 | hidden << 8 | (size_log2 - 1) << 1 | 1;
}

/// Allows 1 MB of flash (read, execute), 320 KB of RAM (read, write) and the devices; any other access
/// faults.
void limit_memory() {
    constexpr std::uint32_t cached = 2, device = 5, ordered = 4;
    allow(0, 0x0000'0000, 20, Access::read_only, true, cached);
    allow(1, 0x2000'0000, 19, Access::read_write, false, cached, 0b1110'0000);  // 5 of 8 times 64 KB
    allow(2, 0x4000'0000, 29, Access::read_write, false, device);
    allow(3, 0xE000'0000, 20, Access::read_write, false, ordered);
    reg(mpu_control) = 1;  // and no background region
    // An ESP32-S3 loads unaligned words in hardware and hides that from us; here they trap. So does division
    // by 0.
    reg(configuration_control) = reg(configuration_control) | 1U << 3 | 1U << 4;
    asm volatile("dsb; isb");
}

}  // namespace

void set_up_machine() {
    reg(uart0 + 0x10) = 16;  // QEMU minds no rate, but wants one
    reg(uart0 + 8) = 1;
    reg(timer0 + 8) = 0xFFFF'FFFF;
    reg(timer0 + 4) = 0xFFFF'FFFF;
    reg(timer0) = 1;
    limit_memory();
    reg(nvic_enable) = 1U << ethernet_irq;
}

bool print(std::string_view text) {
    static bool stopped = false;
    for (const char c : text) {
        for (const auto since = now_us(); (reg(uart0 + 4) & 1) != 0;) {
            if (stopped || now_us() - since > uart_patience_us) {
                stopped = true;
                return false;
            }
        }
        stopped = false;
        reg(uart0) = static_cast<std::uint8_t>(c);
    }
    return true;
}

void print_hex(std::uint32_t number) {
    for (int shift = 28; shift >= 0; shift -= 4)
        print(std::string_view("0123456789abcdef").substr(number >> shift & 15, 1));
}

std::uint64_t now_us() {
    static std::uint32_t last = 0, rounds = 0;
    const std::uint32_t now = 0xFFFF'FFFF - reg(timer0 + 4);
    if (now < last) ++rounds;
    last = now;
    return (std::uint64_t{rounds} << 32 | now) / (clock_hz / 1'000'000);
}

/// Interrupts are never taken (start-up masks them): one that is pending ends the sleep, also when it came
/// before.
void sleep(std::uint32_t ms_max) {
    for (bool is_over = true; is_over && ms_max > 0;) {
        const auto ms = std::min(ms_max, sleep_ms_max);
        ms_max -= ms;
        reg(systick_reload) = ms * (clock_hz / 1'000) - 1;
        reg(systick_value) = 0;
        reg(systick_control) = 7;
        asm volatile("dsb; wfi" ::: "memory");
        is_over = (reg(systick_control) & 1U << 16) != 0;  // COUNTFLAG; else something came
        reg(systick_control) = 0;
        reg(interrupt_control) = 1U << 25;  // PENDSTCLR
    }
}

void restart() {
    asm volatile("dsb");
    reg(reset_control) = 0x05FA'0004;  // SYSRESETREQ
    while (true) {
    }
}

void begin_trial(std::uint32_t seconds) {
    reg(watchdog + 0xC00) = 0x1ACC'E551;  // unlocks the others
    // At the end of this time an NMI, and of as much again a reset, which needs no image that works.
    reg(watchdog) = seconds * clock_hz;
    reg(watchdog + 8) = 3;
}

void end_trial() { reg(watchdog + 8) = 0; }

/// Asked of the watchdog: an image may fail before it has any memory of its own.
bool on_trial() { return reg(watchdog + 8) != 0; }

void give_up(int exit_code, std::string_view why) {
    print(why);
    print("\n");
    if (on_trial()) restart();
    semihosting::exit(exit_code);
}

}  // namespace boardwalk::mps2
