#pragma once

#include <array>
#include <cmath>
#include <limits>

#include "firmware/app/model/device.hpp"
#include "tests/support/random.hpp"

namespace boardwalk::simulation {

inline constexpr auto rack_readings = [] {
    constexpr std::array<std::string_view, 9> names = {
        "humidity-in-the-north", "humidity-in-the-east", "humidity-in-the-south",
        "humidity-in-the-west",  "humidity-above",       "humidity-below",
        "humidity-of-the-wall",  "humidity-of-the-door", "humidity-of-the-floor"};
    std::array<app::ReadingDescription, names.size()> rows{};
    for (std::size_t i = 0; i < names.size(); ++i)
        rows[i] = {names[i], names[i], "Rack in the cellar", "humidity", "%", 0, 100, 2};
    return rows;
}();

/// Many restless sensors, of which one fails now and then: with them the state fills most of its document.
class SensorRack final : public app::Device {
public:
    explicit SensorRack(test::Random random) : random_(random) {}

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override { return rack_readings; }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
    void sample(std::uint64_t, std::span<const double>, std::span<double> values) override {
        for (auto& value : values) {
            if (random_.chance(40)) value_ = static_cast<double>(random_.below(10'000)) / 100;
            value = random_.below(300) == 0 ? std::numeric_limits<double>::quiet_NaN() : value_;
        }
    }

private:
    test::Random random_;
    double value_ = 50;
};

}  // namespace boardwalk::simulation
