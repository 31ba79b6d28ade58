#pragma once

#include <cstdint>
#include <span>

#include "firmware/app/model/device.hpp"

namespace boardwalk::app {

/// A small greenhouse that exists in numbers only: what its outputs do shows in its readings within seconds.
/// The same inputs at the same moments give the same readings.
class Greenhouse final : public Device {
public:
    [[nodiscard]] std::span<const ReadingDescription> readings() const override;
    [[nodiscard]] std::span<const OutputDescription> outputs() const override;
    [[nodiscard]] bool is_immediate() const override { return true; }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    /// Moving air carries heat and moisture out: less of every gain stays, and the balance comes sooner. What
    /// follows from wind and time alone is kept: a chip takes hundreds of instructions for each division.
    struct Pace {
        Pace(double for_wind, double for_seconds);
        double wind, seconds;
        double kept;  ///< of every gain
        double light_left, air_left, moisture_left;
    };
    void step(std::span<const double> outputs, double seconds);

    std::uint64_t now_ms_ = 0;  ///< 0: not sampled yet
    double temperature_c_ = 21;
    double humidity_percent_ = 55;
    double light_lx_ = 8'000;
    Pace pace_ = Pace(0, 0);
};

}  // namespace boardwalk::app
