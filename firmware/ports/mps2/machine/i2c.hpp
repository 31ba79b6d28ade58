#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace boardwalk::mps2 {

/// An I2C bus whose two lines are moved by hand (UM10204 §3.1); this board's only kind.
class I2c {
public:
    explicit I2c(std::uintptr_t base) : base_(base) {}

    /// Returns false when no device acknowledged `address`.
    [[nodiscard]] bool write(std::uint8_t address, std::span<const std::uint8_t> bytes);
    /// Reads from register `pointer` on.
    [[nodiscard]] bool read(std::uint8_t address, std::uint8_t pointer, std::span<std::uint8_t> bytes);

private:
    void clock(bool high);
    void data(bool high);
    void start();
    void stop();
    [[nodiscard]] bool put(std::uint8_t byte);
    [[nodiscard]] std::uint8_t get(bool more);

    std::uintptr_t base_;
};

}  // namespace boardwalk::mps2
