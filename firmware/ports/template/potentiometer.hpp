#pragma once

#include <array>
#include <cmath>

#include "firmware/app/model/device.hpp"

namespace boardwalk::ports {

/// A device of one reading and one output. Yours asks a converter where this one makes a wave up, and drives
/// a pin where this one keeps a number.
class Potentiometer final : public app::Device {
public:
    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override { return knob; }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return lamp; }

    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override {
        lamp_is_on_ = outputs[0] != 0;
        values[0] = 50 + 50 * std::sin(static_cast<double>(now_ms) / 10'000);
    }

private:
    static constexpr std::array knob = {app::ReadingDescription{.id = "knob",
                                                                .name = "Knob (made up)",
                                                                .group = "Template",
                                                                .kind = "position",
                                                                .unit = "%",
                                                                .min = 0,
                                                                .max = 100,
                                                                .decimals = 1}};
    static constexpr std::array lamp = {
        app::OutputDescription{.id = "lamp", .name = "Lamp", .group = "Template"}};
    bool lamp_is_on_ = false;
};

}  // namespace boardwalk::ports
