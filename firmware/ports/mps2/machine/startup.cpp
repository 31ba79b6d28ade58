#include <algorithm>
#include <array>

#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/machine/registers.hpp"
#include "firmware/ports/mps2/machine/semihosting.hpp"

extern "C" {

int boardwalk_main();  // main.cpp; ISO C++ forbids a call of main()

// mps2.ld
extern std::uint32_t __stack_bottom, __stack_top, __data_image, __data_start, __data_end, __bss_start,
    __bss_end;
extern const char __payload_begin, __payload_end, __factory_stamp;
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();

void fault();  // faults.cpp

namespace {
std::uint32_t word_of_the_boot_stage = 0;
}

/// Where the machine starts: the boot stage at power-on, and then what that starts. Interrupts stay masked
/// for good: they only end a sleep, so that nothing ever runs beside the loop. A fault still is one (ARMv7-M,
/// B1.5.4: it becomes a HardFault).
[[noreturn]] __attribute__((used)) void reset(std::uint32_t word) {
    using namespace boardwalk::mps2;
    asm volatile("cpsid i");
    reg(coprocessor_access) = reg(coprocessor_access) | 0xFU << 20;  // the floating-point unit
    asm volatile("dsb; isb");
    for (auto *from = &__data_image, *to = &__data_start; to < &__data_end;)
        *to++ = *from++;
    for (auto* to = &__bss_start; to < &__bss_end;)
        *to++ = 0;
    word_of_the_boot_stage = word;
    set_up_machine();
    for (auto* construct = __init_array_start; construct != __init_array_end; ++construct)
        (*construct)();
    semihosting::exit(boardwalk_main());
}

using Vector = void (*)();
__attribute__((section(".vectors"), used)) const std::array<Vector, 16> vectors = {
    reinterpret_cast<Vector>(&__stack_top),
    reinterpret_cast<Vector>(reset),
    fault,
    fault,
    fault,
    fault,
    fault};

/// As boot/image_description.hpp reads it.
struct Description {
    std::array<char, 8> magic;
    const char *begin, *behind;
    std::array<char, 32> version;
};
static_assert(sizeof(vectors) == 64 && sizeof(Description) == 48);

constexpr std::array<char, 32> version_of_this() {
    constexpr std::string_view text = BOARDWALK_VERSION;
    static_assert(text.size() <= 32);
    std::array<char, 32> field{};
    std::copy(text.begin(), text.end(), field.begin());
    return field;
}

__attribute__((section(".description"), used)) const Description description = {
    {'B', 'W', 'M', 'P', 'S', '2', '\n', '\0'}, &__payload_begin, &__payload_end, version_of_this()};

}  // extern "C"

namespace boardwalk::mps2 {

std::uint32_t boot_word() { return word_of_the_boot_stage; }

std::string_view factory_stamp(std::span<char, 40> memory) {
    const std::span bytes(&__factory_stamp, 20);
    for (std::size_t i = 0; i < memory.size(); ++i)
        memory[i] = "0123456789abcdef"[static_cast<unsigned char>(bytes[i / 2]) >> (i % 2 == 0 ? 4 : 0) & 15];
    return {memory.data(), memory.size()};
}

void allow_writing_code() {
    reg(mpu_control) = 0;
    asm volatile("dsb; isb");
}

void start_image(std::uint32_t address, std::uint32_t word) {
    reg(vector_table) = address;
    const std::uint32_t stack = reg(address), start = reg(address + 4);
    register std::uint32_t r0 asm("r0") = word;
    asm volatile("dsb; isb; msr msp, %1; bx %2" : : "r"(r0), "r"(stack), "r"(start) : "memory");
    __builtin_unreachable();
}

}  // namespace boardwalk::mps2
