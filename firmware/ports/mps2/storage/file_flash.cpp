#include "firmware/ports/mps2/storage/file_flash.hpp"

#include <algorithm>
#include <array>

namespace boardwalk::ports {

namespace {

char turned(char byte) { return static_cast<char>(~static_cast<unsigned char>(byte)); }

}  // namespace

FileFlash::FileFlash(const char* path, std::size_t sectors) : file_(path), sectors_(sectors) {
    const std::size_t size = sectors * sector_bytes;
    constexpr char last = 0;
    if (file_.size().value_or(0) < size)
        (void)file_.write(size - 1, {&last, 1});  // a failure shows in what is read
}

bool FileFlash::read(std::size_t address, std::span<char> bytes) {
    if (!holds(address, bytes.size()) || !file_.read(address, bytes)) return false;
    std::ranges::transform(bytes, bytes.begin(), turned);
    return true;
}

bool FileFlash::erase(std::size_t sector) {
    if (sector >= sectors_) return false;
    constexpr std::array<char, 256> erased{};
    for (std::size_t at = 0; at < sector_bytes; at += erased.size()) {
        if (!file_.write(sector * sector_bytes + at, {erased.data(), erased.size()})) return false;
    }
    return true;
}

bool FileFlash::program(std::size_t address, std::string_view bytes) {
    if (!holds(address, bytes.size())) return false;
    std::array<char, 256> cells;
    while (!bytes.empty()) {
        const auto part = std::span(cells).first(std::min(cells.size(), bytes.size()));
        if (!file_.read(address, part)) return false;
        std::ranges::transform(part, bytes, part.begin(),
                               [](char cell, char byte) { return static_cast<char>(cell | turned(byte)); });
        if (!file_.write(address, {part.data(), part.size()})) return false;
        address += part.size();
        bytes.remove_prefix(part.size());
    }
    return true;
}

}  // namespace boardwalk::ports
