#include "firmware/ports/mps2/board_devices.hpp"

#include <array>
#include <limits>

#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/machine/registers.hpp"

namespace boardwalk::ports {
namespace {

constexpr std::array<app::ReadingDescription, 3> reading_descriptions = {{{.id = "sensor",
                                                                           .name = "Sensor",
                                                                           .group = "Board",
                                                                           .kind = "temperature",
                                                                           .unit = "°C",
                                                                           .min = -20,
                                                                           .max = 60,
                                                                           .decimals = 2},
                                                                          {.id = "heap_free",
                                                                           .name = "Free heap",
                                                                           .group = "Board",
                                                                           .kind = "memory",
                                                                           .unit = "KB",
                                                                           .min = 0,
                                                                           .max = 128,
                                                                           .decimals = 1},
                                                                          {.id = "stack_used",
                                                                           .name = "Stack used",
                                                                           .group = "Board",
                                                                           .kind = "memory",
                                                                           .unit = "KB",
                                                                           .min = 0,
                                                                           .max = 12,
                                                                           .decimals = 1}}};
constexpr std::array<app::OutputDescription, 2> output_descriptions = {
    {{.id = "led1", .name = "LED 1", .group = "Board"}, {.id = "led2", .name = "LED 2", .group = "Board"}}};

// TMP105 data sheet (SBOS219): 16 bits with 8 behind the point; twelve bits are measured when the resolution
// says so.
constexpr std::uint8_t tmp105 = 0x48, temperature_register = 0, configuration_register = 1,
                       twelve_bits = 0x60;

double read_celsius() {
    mps2::I2c bus(mps2::i2c_shield1);
    std::array<std::uint8_t, 2> raw{};
    // Each time: a sensor that was plugged in again has forgotten it.
    if (!bus.write(tmp105, std::array{configuration_register, twelve_bits}) ||
        !bus.read(tmp105, temperature_register, raw))
        return std::numeric_limits<double>::quiet_NaN();
    return static_cast<std::int16_t>(raw[0] << 8 | raw[1]) / 256.0;
}

double kilobytes(std::size_t bytes) { return static_cast<double>(bytes) / 1024; }

}  // namespace

std::span<const app::ReadingDescription> BoardDevices::readings() const { return reading_descriptions; }
std::span<const app::OutputDescription> BoardDevices::outputs() const { return output_descriptions; }

void BoardDevices::sample(std::uint64_t, std::span<const double> outputs, std::span<double> values) {
    mps2::reg(mps2::fpga_leds) = (outputs[0] != 0 ? 1U : 0U) | (outputs[1] != 0 ? 2U : 0U);
    values[0] = read_celsius();
    values[1] = kilobytes(mps2::heap_left().free_bytes);
    values[2] = kilobytes(mps2::stack_bytes_used());
}

}  // namespace boardwalk::ports
