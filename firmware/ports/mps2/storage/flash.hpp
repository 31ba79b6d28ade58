#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace boardwalk::ports {

/// Bare flash: a sector is erased as a whole, to ones; writing clears bits, and leaves the other bits as they
/// are. What follows is asked of each implementation by tests/contract/seams.
///
/// - Addresses count bytes from the first sector on. A range may span sectors, and begin anywhere. A range
///   that is not within the flash fails, and nothing is written.
/// - The caller's thread does the work, and blocks for as long as the medium does. No two calls at once.
/// - After true, `read` finds what was written, also after a restart. After false, or a power cut, the sector
///   that was erased, or the bytes that were programmed, may have any value; all others are as they were.
class Flash {
public:
    static constexpr std::size_t sector_bytes = 4096;

    virtual ~Flash() = default;
    [[nodiscard]] virtual std::size_t sectors() const = 0;
    // Return false when the medium failed.
    [[nodiscard]] virtual bool read(std::size_t address, std::span<char> bytes) = 0;
    [[nodiscard]] virtual bool erase(std::size_t sector) = 0;
    [[nodiscard]] virtual bool program(std::size_t address, std::string_view bytes) = 0;

protected:
    /// Whether a range is within the flash.
    [[nodiscard]] bool holds(std::size_t address, std::size_t size) const {
        const std::size_t end = sectors() * sector_bytes;
        return address <= end && size <= end - address;
    }
};

}  // namespace boardwalk::ports
