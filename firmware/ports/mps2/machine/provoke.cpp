#include "firmware/ports/mps2/machine/provoke.hpp"

#include <new>

#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/machine/registers.hpp"

extern "C" {
extern char __ram_end, __stack_bottom;
}

namespace boardwalk::mps2 {
namespace {

/// What the compiler may not reason about: it would refuse what is to be tried here.
std::uintptr_t hidden(const char* place) {
    auto address = reinterpret_cast<std::uintptr_t>(place);
    asm("" : "+r"(address));
    return address;
}

/// The first may be written, the second not.
void write(std::uintptr_t good, std::uintptr_t bad) {
    reg(good) = 1;
    print("still alive\n");
    reg(bad) = 1;
}

/// Each call's word has to stay until the deeper ones are back.
__attribute__((noinline)) void descend(std::uint32_t depth) {
    asm volatile("" : : "r"(&depth) : "memory");
    if (depth + 1 != 0) descend(depth + 1);
    asm volatile("" : : "r"(&depth) : "memory");
}

}  // namespace

void provoke(std::string_view name) {
    if (name == "beyond-ram") write(hidden(&__ram_end) - 4, hidden(&__ram_end));
    if (name == "flash") write(hidden(&__stack_bottom), hidden(nullptr) + 0x100);
    if (name == "unaligned") write(hidden(&__stack_bottom), hidden(&__stack_bottom) + 2);
    if (name == "trial" && on_trial()) write(hidden(&__ram_end) - 4, hidden(&__ram_end));
    if (name == "stack") descend(0);
    while (name == "heap") {
        volatile char* const memory = new char[1024];
        memory[0] = 1;
    }
}

}  // namespace boardwalk::mps2
