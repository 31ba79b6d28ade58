#include "firmware/ports/mps2/machine/i2c.hpp"

#include <algorithm>

#include "firmware/ports/mps2/machine/registers.hpp"

namespace boardwalk::mps2 {
namespace {

// ARM's two-wire controller: the first register sets lines (and reads them), the second clears them.
constexpr std::uint32_t clock_line = 1, data_line = 2;

}  // namespace

void I2c::clock(bool high) { reg(base_ + (high ? 0 : 4)) = clock_line; }
void I2c::data(bool high) { reg(base_ + (high ? 0 : 4)) = data_line; }

void I2c::start() {
    data(true);
    clock(true);
    data(false);
    clock(false);
}

void I2c::stop() {
    data(false);
    clock(true);
    data(true);
}

bool I2c::put(std::uint8_t byte) {
    for (int bit = 7; bit >= 0; --bit) {
        data((byte >> bit & 1) != 0);
        clock(true);
        clock(false);
    }
    data(true);  // let go: the other end acknowledges by pulling it down
    clock(true);
    const bool acknowledged = (reg(base_) & data_line) == 0;
    clock(false);
    return acknowledged;
}

std::uint8_t I2c::get(bool more) {
    unsigned byte = 0;
    data(true);
    for (int bit = 0; bit < 8; ++bit) {
        clock(true);
        byte = byte << 1 | ((reg(base_) & data_line) != 0 ? 1U : 0U);
        clock(false);
    }
    data(!more);
    clock(true);
    clock(false);
    data(true);
    return static_cast<std::uint8_t>(byte);
}

bool I2c::write(std::uint8_t address, std::span<const std::uint8_t> bytes) {
    start();
    const bool all = put(static_cast<std::uint8_t>(address << 1)) &&
                     std::ranges::all_of(bytes, [this](std::uint8_t byte) { return put(byte); });
    stop();
    return all;
}

bool I2c::read(std::uint8_t address, std::uint8_t pointer, std::span<std::uint8_t> bytes) {
    start();
    bool there = put(static_cast<std::uint8_t>(address << 1)) && put(pointer);
    if (there) {
        start();
        there = put(static_cast<std::uint8_t>(address << 1 | 1));
    }
    for (std::size_t i = 0; there && i < bytes.size(); ++i)
        bytes[i] = get(i + 1 < bytes.size());
    stop();
    return there;
}

}  // namespace boardwalk::mps2
