#include <cstdio>
#include <filesystem>
#include <random>

#include "firmware/ports/mps2/machine/semihosting.hpp"

/// What the emulator does for the bare board's flash, done on this computer: a file that is read and written
/// at an offset. So the flash in a file can be asked for its promises here.
namespace boardwalk::mps2::semihosting {

namespace {

std::FILE* files[16];

}  // namespace

File::File(const char* path) : handle_(-1) {
    for (int i = 0; i < 16 && handle_ < 0; ++i) {
        if (files[i] != nullptr) continue;
        files[i] = std::fopen(path, std::filesystem::exists(path) ? "r+b" : "w+b");
        if (files[i] != nullptr) handle_ = i;
    }
}

File::~File() {
    if (!is_open()) return;
    std::fclose(files[handle_]);
    files[handle_] = nullptr;
}

std::optional<std::size_t> File::size() const {
    if (!is_open() || std::fseek(files[handle_], 0, SEEK_END) != 0) return std::nullopt;
    return static_cast<std::size_t>(std::ftell(files[handle_]));
}

bool File::read(std::size_t offset, std::span<char> bytes) const {
    return is_open() && std::fseek(files[handle_], static_cast<long>(offset), SEEK_SET) == 0 &&
           std::fread(bytes.data(), 1, bytes.size(), files[handle_]) == bytes.size();
}

bool File::write(std::size_t offset, std::string_view bytes) const {
    return is_open() && std::fseek(files[handle_], static_cast<long>(offset), SEEK_SET) == 0 &&
           std::fwrite(bytes.data(), 1, bytes.size(), files[handle_]) == bytes.size() &&
           std::fflush(files[handle_]) == 0;
}

bool random(std::span<std::uint8_t> bytes) {
    static std::random_device device;
    for (auto& byte : bytes)
        byte = static_cast<std::uint8_t>(device());
    return true;
}

}  // namespace boardwalk::mps2::semihosting
