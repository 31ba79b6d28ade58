#include "firmware/ports/mps2/machine/semihosting.hpp"

#include <array>
#include <cstring>

namespace boardwalk::mps2::semihosting {
namespace {

enum class Operation : std::uint32_t {
    open = 0x01,
    close = 0x02,
    write = 0x05,
    read = 0x06,
    seek = 0x0A,
    length = 0x0C,
    command_line = 0x15,
    exit_extended = 0x20
};
enum class Mode : std::uint32_t { read = 1, update = 3, create = 7 };  // fopen's rb, r+b, w+b

int call(Operation operation, const void* arguments) {
    register auto r0 asm("r0") = static_cast<std::uint32_t>(operation);
    register const void* r1 asm("r1") = arguments;
    asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory", "cc");
    return static_cast<int>(r0);
}

using Words = std::array<std::uint32_t, 3>;

std::uint32_t word(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }
std::uint32_t word(int number) { return static_cast<std::uint32_t>(number); }

int call(Operation operation, std::uint32_t first, std::uint32_t second = 0, std::uint32_t third = 0) {
    const Words words = {first, second, third};
    return call(operation, words.data());
}

int open(const char* path, Mode mode) {
    return call(Operation::open, word(path), static_cast<std::uint32_t>(mode), std::strlen(path));
}

}  // namespace

void exit(int code) {
    constexpr std::uint32_t application_exit = 0x20026;
    call(Operation::exit_extended, application_exit, word(code));
    while (true) {
    }
}

std::string_view command_line(std::span<char> memory) {
    Words words = {word(memory.data()), memory.size(), 0};
    if (call(Operation::command_line, words.data()) != 0) return {};
    return {memory.data(), std::strlen(memory.data())};
}

File::File(const char* path) : handle_(open(path, Mode::update)) {
    if (handle_ < 0) handle_ = open(path, Mode::create);
}

File::~File() {
    if (is_open()) call(Operation::close, word(handle_));
}

std::optional<std::size_t> File::size() const {
    const int size = call(Operation::length, word(handle_));
    return size < 0 ? std::nullopt : std::optional<std::size_t>(size);
}

bool File::read(std::size_t offset, std::span<char> bytes) const {
    return call(Operation::seek, word(handle_), offset) == 0 &&
           call(Operation::read, word(handle_), word(bytes.data()), bytes.size()) == 0;
}

bool File::write(std::size_t offset, std::string_view bytes) const {
    return call(Operation::seek, word(handle_), offset) == 0 &&
           call(Operation::write, word(handle_), word(bytes.data()), bytes.size()) == 0;
}

bool random(std::span<std::uint8_t> bytes) {
    const int source = open("/dev/urandom", Mode::read);
    if (source < 0) return false;
    const bool all = call(Operation::read, word(source), word(bytes.data()), bytes.size()) == 0;
    call(Operation::close, word(source));
    return all;
}

}  // namespace boardwalk::mps2::semihosting
