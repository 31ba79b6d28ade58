#pragma once

#include <driver/temperature_sensor.h>

#include "firmware/app/model/device.hpp"

namespace boardwalk::ports {

/// What the chip tells of itself: its temperature, its memory, how well it hears the network.
class Chip final : public app::Device {
public:
    Chip();
    Chip(const Chip&) = delete;
    Chip& operator=(const Chip&) = delete;

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override;
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    temperature_sensor_handle_t temperature_ = nullptr;  ///< null: it does not work
};

}  // namespace boardwalk::ports
