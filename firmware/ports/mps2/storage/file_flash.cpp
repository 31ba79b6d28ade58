#include "firmware/ports/mps2/storage/file_flash.hpp"

#include <algorithm>
#include <array>

namespace boardwalk::ports {

FileFlash::FileFlash(const char* path) : file_(path) {
    const std::size_t there = file_.size().value_or(0) / sector_bytes;
    for (std::size_t sector = there; sector < sectors(); ++sector)
        (void)erase(sector);  // as it comes from the factory; what fails is seen by who reads
}

bool FileFlash::erase(std::size_t sector) {
    std::array<char, 256> ones;
    ones.fill('\xFF');
    for (std::size_t at = 0; at < sector_bytes; at += ones.size()) {
        if (!file_.write(sector * sector_bytes + at, {ones.data(), ones.size()})) return false;
    }
    return true;
}

bool FileFlash::program(std::size_t address, std::string_view bytes) {
    std::array<char, 256> cells;
    while (!bytes.empty()) {
        const auto part = std::span(cells).first(std::min(cells.size(), bytes.size()));
        if (!file_.read(address, part)) return false;
        std::ranges::transform(part, bytes, part.begin(), [](char cell, char byte) {
            return static_cast<char>(static_cast<unsigned char>(cell) & static_cast<unsigned char>(byte));
        });
        if (!file_.write(address, {part.data(), part.size()})) return false;
        address += part.size();
        bytes.remove_prefix(part.size());
    }
    return true;
}

}  // namespace boardwalk::ports
