#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The bare machine: console, clock, sleep, limits of memory, the end.
namespace boardwalk::mps2 {

/// Before anything else: UART, clock, and the MPU's limits on what may be touched.
void set_up_machine();

/// Writes to UART 0. Returns false when it took no more; the rest of the text is lost then. A reader that has
/// stopped costs 1 ms once, and nothing from then on.
bool print(std::string_view text);
void print_hex(std::uint32_t number);

/// Microseconds since the start. Asked for at least every two minutes, or it loses a round.
[[nodiscard]] std::uint64_t now_us();

/// Stands still until a frame comes, or for this long; not much more than half a second.
void sleep(std::uint32_t ms_max);

/// The machine starts again as after power-on.
[[noreturn]] void restart();

/// The boot stage starts a new image on trial under the watchdog: unless the trial ends well within this
/// time, the machine starts again, as it does when the image gives up meanwhile.
void begin_trial(std::uint32_t seconds);
void end_trial();
[[nodiscard]] bool on_trial();

/// For the boot stage: code may be written, until the image that it starts has set the machine up.
void allow_writing_code();
/// Starts the image whose vectors are at `address`; it finds the word with `boot_word`.
[[noreturn]] void start_image(std::uint32_t address, std::uint32_t word);
[[nodiscard]] std::uint32_t boot_word();
/// The linker's digest of what the board was delivered with, in hex.
[[nodiscard]] std::string_view factory_stamp(std::span<char, 40> memory);

/// Exit codes of QEMU when the image gives up; one on trial makes way for the one before instead.
inline constexpr int exit_no_image = 69;
inline constexpr int exit_fault = 70;
inline constexpr int exit_assertion = 71;
inline constexpr int exit_out_of_memory = 72;
[[noreturn]] void give_up(int exit_code, std::string_view why);

/// The heap: what is left of RAM. Bytes that were never asked for, and those plus what was given back.
struct HeapLeft {
    std::size_t untouched_bytes = 0;
    std::size_t free_bytes = 0;
};
[[nodiscard]] HeapLeft heap_left();
/// The deepest that the stack has been since the start.
[[nodiscard]] std::size_t stack_bytes_used();

}  // namespace boardwalk::mps2
