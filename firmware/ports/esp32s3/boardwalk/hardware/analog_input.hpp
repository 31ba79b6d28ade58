#pragma once

#include <esp_adc/adc_cali.h>
#include <esp_adc/adc_oneshot.h>

#include "firmware/app/model/device.hpp"

namespace boardwalk::ports {

/// A voltage on a pin of ADC1 (GPIO1 to GPIO10; ADC2 is the radio's), as a reading. `slope` and `offset` make
/// of millivolts what the reading's unit says.
class AnalogInput final : public app::Device {
public:
    AnalogInput(adc_channel_t channel, const app::ReadingDescription& description, double slope = 1,
                double offset = 0);
    AnalogInput(const AnalogInput&) = delete;
    AnalogInput& operator=(const AnalogInput&) = delete;

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override {
        return {&description_, 1};
    }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    adc_channel_t channel_;
    app::ReadingDescription description_;
    double slope_;
    double offset_;
    adc_cali_handle_t calibration_ =
        nullptr;  ///< null: there is no such channel, or the chip has no calibration
};

}  // namespace boardwalk::ports
