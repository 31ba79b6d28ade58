#pragma once

#include "firmware/app/model/device.hpp"
#include "firmware/ports/mps2/machine/i2c.hpp"

namespace boardwalk::ports {

/// What the board has itself: a TMP105 thermometer on its I2C bus, the memory that is left, two LEDs.
class BoardDevices final : public app::Device {
public:
    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override;
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override;
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;
};

}  // namespace boardwalk::ports
