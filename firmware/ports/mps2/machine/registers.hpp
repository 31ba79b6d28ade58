#pragma once

#include <cstdint>

/// Where things are on mps2-an386 (ARM Application Note 386, and QEMU's hw/arm/mps2.c), and how to touch
/// them.
namespace boardwalk::mps2 {

inline volatile std::uint32_t& reg(std::uintptr_t address) {
    return *reinterpret_cast<volatile std::uint32_t*>(address);
}

inline constexpr std::uint32_t clock_hz = 25'000'000;

// CMSDK (ARM DDI 0479)
inline constexpr std::uintptr_t timer0 = 0x4000'0000;
inline constexpr std::uintptr_t uart0 = 0x4000'4000;
inline constexpr std::uintptr_t watchdog = 0x4000'8000;
// FPGA
inline constexpr std::uintptr_t fpga_leds = 0x4002'8000;
inline constexpr std::uintptr_t i2c_shield1 = 0x4002'A000;
inline constexpr std::uintptr_t ethernet = 0x4020'0000;
inline constexpr unsigned ethernet_irq = 13;

// Cortex-M4 (ARMv7-M Architecture Reference Manual, B3)
inline constexpr std::uintptr_t systick_control = 0xE000'E010;
inline constexpr std::uintptr_t systick_reload = 0xE000'E014;
inline constexpr std::uintptr_t systick_value = 0xE000'E018;
inline constexpr std::uintptr_t nvic_enable = 0xE000'E100;
inline constexpr std::uintptr_t nvic_clear_pending = 0xE000'E280;
inline constexpr std::uintptr_t interrupt_control = 0xE000'ED04;
inline constexpr std::uintptr_t vector_table = 0xE000'ED08;
inline constexpr std::uintptr_t reset_control = 0xE000'ED0C;
inline constexpr std::uintptr_t configuration_control = 0xE000'ED14;
inline constexpr std::uintptr_t fault_status = 0xE000'ED28;
inline constexpr std::uintptr_t fault_address = 0xE000'ED34;
inline constexpr std::uintptr_t coprocessor_access = 0xE000'ED88;
inline constexpr std::uintptr_t mpu_control = 0xE000'ED94;
inline constexpr std::uintptr_t mpu_region = 0xE000'ED98;
inline constexpr std::uintptr_t mpu_base = 0xE000'ED9C;
inline constexpr std::uintptr_t mpu_attributes = 0xE000'EDA0;

}  // namespace boardwalk::mps2
