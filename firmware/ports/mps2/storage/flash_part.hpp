#pragma once

#include "firmware/ports/mps2/storage/flash.hpp"

namespace boardwalk::ports {

/// Some neighbouring sectors of a flash, as a flash of their own.
class FlashPart final : public Flash {
public:
    FlashPart(Flash& flash, std::size_t first_sector, std::size_t sectors)
        : flash_(flash), first_(first_sector), sectors_(sectors) {}

    [[nodiscard]] std::size_t sectors() const override { return sectors_; }
    [[nodiscard]] bool read(std::size_t address, std::span<char> bytes) override {
        return holds(address, bytes.size()) && flash_.read(first_ * sector_bytes + address, bytes);
    }
    [[nodiscard]] bool erase(std::size_t sector) override {
        return sector < sectors_ && flash_.erase(first_ + sector);
    }
    [[nodiscard]] bool program(std::size_t address, std::string_view bytes) override {
        return holds(address, bytes.size()) && flash_.program(first_ * sector_bytes + address, bytes);
    }

private:
    Flash& flash_;
    std::size_t first_, sectors_;
};

}  // namespace boardwalk::ports
