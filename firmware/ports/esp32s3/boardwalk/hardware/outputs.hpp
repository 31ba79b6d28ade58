#pragma once

#include <driver/gpio.h>
#include <driver/ledc.h>

#include "firmware/app/model/device.hpp"

namespace boardwalk::ports {

/// A pin that is on or off: a relay, a lamp. The description's kind is switch_.
class GpioOutput final : public app::Device {
public:
    /// `inverted`: the pin is low when it is on.
    GpioOutput(gpio_num_t pin, const app::OutputDescription& description, bool inverted = false);
    GpioOutput(const GpioOutput&) = delete;
    GpioOutput& operator=(const GpioOutput&) = delete;

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override { return {}; }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override {
        return {&description_, 1};
    }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    void set(double value) const;

    gpio_num_t pin_;
    app::OutputDescription description_;
    bool inverted_;
};

/// A pin that is on for a part of the time (PWM): a dimmed LED, a fan. The description's kind is level; its
/// range is the whole of the duty.
class PwmOutput final : public app::Device {
public:
    /// Each output has a channel of its own; all share one timer, and so its frequency.
    PwmOutput(gpio_num_t pin, ledc_channel_t channel, const app::OutputDescription& description);
    PwmOutput(const PwmOutput&) = delete;
    PwmOutput& operator=(const PwmOutput&) = delete;

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override { return {}; }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override {
        return {&description_, 1};
    }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    [[nodiscard]] std::uint32_t duty_of(double value) const;

    ledc_channel_t channel_;
    app::OutputDescription description_;
};

}  // namespace boardwalk::ports
