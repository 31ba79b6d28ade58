#include <chrono>

#include "firmware/ports/mps2/machine/machine.hpp"

/// As much of the bare machine as its platform needs: a clock, a UART that takes all, a heap.
namespace boardwalk::mps2 {

bool print(std::string_view) { return true; }

std::uint64_t now_us() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
}

HeapLeft heap_left() { return {.untouched_bytes = 30'000, .free_bytes = 40'000}; }

}  // namespace boardwalk::mps2
