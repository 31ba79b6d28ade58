#include <array>

#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/machine/registers.hpp"
#include "firmware/ports/mps2/machine/semihosting.hpp"

extern "C" {

int boardwalk_main();  // main.cpp; ISO C++ lets nobody call main()

// mps2.ld
extern std::uint32_t __stack_bottom, __stack_top, __data_image, __data_start, __data_end, __bss_start,
    __bss_end;
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();

void fault();  // faults.cpp

/// Where the machine starts. Interrupts stay masked for good: they only end a sleep, so that nothing ever
/// runs beside the loop. A fault still is one (ARMv7-M, B1.5.4: it becomes a HardFault).
[[noreturn]] __attribute__((used)) void reset() {
    using namespace boardwalk::mps2;
    asm volatile("cpsid i");
    reg(coprocessor_access) = reg(coprocessor_access) | 0xFU << 20;  // the floating-point unit
    asm volatile("dsb; isb");
    for (auto *from = &__data_image, *to = &__data_start; to < &__data_end;)
        *to++ = *from++;
    for (auto* to = &__bss_start; to < &__bss_end;)
        *to++ = 0;
    set_up_machine();
    for (auto* construct = __init_array_start; construct != __init_array_end; ++construct)
        (*construct)();
    semihosting::exit(boardwalk_main());
}

using Vector = void (*)();
__attribute__((section(".vectors"), used)) const std::array<Vector, 16> vectors = {
    reinterpret_cast<Vector>(&__stack_top), reset, fault, fault, fault, fault, fault};

}  // extern "C"
