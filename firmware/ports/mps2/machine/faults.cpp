#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/machine/registers.hpp"

/// A fault is told on the console, and ends QEMU with a code of its own; an image on trial is over.
extern "C" {

extern std::uint32_t __stack_bottom;

namespace {

/// Which of the vectors this is (ARMv7-M, B1.4.2).
std::uint32_t exception_number() {
    std::uint32_t number = 0;
    asm volatile("mrs %0, ipsr" : "=r"(number));
    return number;
}

}  // namespace

[[noreturn]] __attribute__((used)) void report_fault(const std::uint32_t* frame, std::uint32_t overflow) {
    using namespace boardwalk::mps2;
    print(exception_number() == 2 ? "\nwatchdog: " : "\nfault: ");
    if (overflow != 0) print("stack overflow ");
    // What the machine pushed (B1.5.6), if there was room: the program counter is the seventh word.
    if (overflow == 0) {
        print("at ");
        print_hex(frame[6]);
        print(" called from ");
        print_hex(frame[5]);
    }
    print(" status ");
    print_hex(reg(fault_status));
    print(" address ");
    print_hex(reg(fault_address));
    give_up(exit_fault, "");
}

/// On an overflown stack not even this may push: it starts over at the top.
__attribute__((naked, used)) void fault() {
    asm volatile(
        "mrs r0, msp\n"
        "movs r1, #0\n"
        "ldr r2, =__stack_bottom\n"
        "cmp r0, r2\n"
        "bhs 1f\n"
        "ldr r2, =__stack_top\n"
        "msr msp, r2\n"
        "movs r1, #1\n"
        "1:\n"
        "b report_fault\n");
}

}  // extern "C"
