#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace boardwalk::ports {

/// Bare flash: a sector is erased as a whole, to ones; writing clears bits.
class Flash {
public:
    static constexpr std::size_t sector_bytes = 4096;

    virtual ~Flash() = default;
    [[nodiscard]] virtual std::size_t sectors() const = 0;
    // False: the medium failed.
    [[nodiscard]] virtual bool read(std::size_t address, std::span<char> bytes) = 0;
    [[nodiscard]] virtual bool erase(std::size_t sector) = 0;
    [[nodiscard]] virtual bool program(std::size_t address, std::string_view bytes) = 0;
};

}  // namespace boardwalk::ports
