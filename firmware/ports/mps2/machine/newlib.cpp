#include <malloc.h>

#include <cerrno>
#include <cstdlib>
#include <new>

#include "firmware/ports/mps2/machine/machine.hpp"

/// What the C and C++ libraries ask of a machine without an operating system. Nothing here has files or
/// processes: the linker says so when something wants one.
extern "C" {

extern char __heap_start, __ram_end;
extern std::uint32_t __stack_bottom, __stack_top;

namespace {
char* heap_end = &__heap_start;
}

void* _sbrk(std::ptrdiff_t bytes) {
    if (bytes > &__ram_end - heap_end) {
        errno = ENOMEM;
        return reinterpret_cast<void*>(-1);  // NOLINT(performance-no-int-to-ptr)
    }
    char* const begin = heap_end;
    heap_end += bytes;
    return begin;
}

// No program ends here, so nothing is destroyed.
void* __dso_handle = nullptr;
int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }

// What standard input and output would be; the library is linked with them, and nothing of ours uses them.
int _write(int, const char* bytes, int size) {
    boardwalk::mps2::print({bytes, static_cast<std::size_t>(size)});
    return size;
}
int _read(int, char*, int) { return 0; }
int _close(int) { return -1; }
int _lseek(int, int, int) { return 0; }
int _fstat(int, void*) { return -1; }
int _isatty(int) { return 1; }

void __assert_func(const char* file, int, const char* function, const char* what) {
    boardwalk::mps2::print("assertion: ");
    boardwalk::mps2::print(what);
    boardwalk::mps2::print(" in ");
    boardwalk::mps2::print(function == nullptr ? "?" : function);
    boardwalk::mps2::print(", ");
    boardwalk::mps2::give_up(boardwalk::mps2::exit_assertion, file);
}

void abort() { boardwalk::mps2::give_up(boardwalk::mps2::exit_assertion, "aborted"); }

}  // extern "C"

namespace {

void* allocate_or_give_up(std::size_t bytes) {
    void* const memory = std::malloc(bytes);
    if (memory == nullptr) boardwalk::mps2::give_up(boardwalk::mps2::exit_out_of_memory, "out of memory");
    return memory;
}

constexpr std::uint32_t untouched = 0x5AFE'57AC;

/// Below the frame that is in use, with room for this function's own.
__attribute__((constructor, noinline)) void paint_stack() {
    auto* const here = static_cast<std::uint32_t*>(__builtin_frame_address(0)) - 32;
    for (volatile auto* word = &__stack_bottom; word < here; ++word)
        *word = untouched;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate_or_give_up(bytes); }
void* operator new[](std::size_t bytes) { return allocate_or_give_up(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace boardwalk::mps2 {

HeapLeft heap_left() {
    const auto untouched_bytes = static_cast<std::size_t>(&__ram_end - heap_end);
    return {untouched_bytes, untouched_bytes + static_cast<std::size_t>(mallinfo().fordblks)};
}

std::size_t stack_bytes_used() {
    const auto* word = &__stack_bottom;
    while (word < &__stack_top && *word == untouched)
        ++word;
    return static_cast<std::size_t>(&__stack_top - word) * sizeof *word;
}

}  // namespace boardwalk::mps2
