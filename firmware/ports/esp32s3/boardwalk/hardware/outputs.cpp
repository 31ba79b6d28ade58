#include "firmware/ports/esp32s3/boardwalk/hardware/outputs.hpp"

#include <cmath>

namespace boardwalk::ports {

namespace {

constexpr ledc_mode_t mode = LEDC_LOW_SPEED_MODE;  // the only one of this chip
constexpr ledc_timer_t timer = LEDC_TIMER_0;
constexpr ledc_timer_bit_t resolution = LEDC_TIMER_12_BIT;
constexpr std::uint32_t whole_duty = 1U << 12;
constexpr std::uint32_t frequency_hz = 5'000;  // above what an eye sees

void start_timer() {
    static const bool started = [] {
        ledc_timer_config_t config{};
        config.speed_mode = mode;
        config.duty_resolution = resolution;
        config.timer_num = timer;
        config.freq_hz = frequency_hz;
        config.clk_cfg = LEDC_AUTO_CLK;
        return ledc_timer_config(&config) == ESP_OK;
    }();
    (void)started;  // without it the pin stays dark, which is all that can be done here
}

}  // namespace

GpioOutput::GpioOutput(gpio_num_t pin, const app::OutputDescription& description, bool inverted)
    : pin_(pin), description_(description), inverted_(inverted) {
    set(description.initial);  // before the pin drives, so that a relay does not click at each start
    gpio_config_t config{};
    config.pin_bit_mask = std::uint64_t{1} << static_cast<unsigned>(pin);
    config.mode = GPIO_MODE_OUTPUT;
    (void)gpio_config(&config);
}

void GpioOutput::set(double value) const {
    const bool on = value != 0;
    (void)gpio_set_level(pin_, on != inverted_ ? 1 : 0);
}

void GpioOutput::sample(std::uint64_t, std::span<const double> outputs, std::span<double>) {
    set(outputs[0]);
}

PwmOutput::PwmOutput(gpio_num_t pin, ledc_channel_t channel, const app::OutputDescription& description)
    : channel_(channel), description_(description) {
    start_timer();
    ledc_channel_config_t config{};
    config.gpio_num = pin;
    config.speed_mode = mode;
    config.channel = channel;
    config.timer_sel = timer;
    config.duty = duty_of(description.initial);
    (void)ledc_channel_config(&config);
}

std::uint32_t PwmOutput::duty_of(double value) const {
    const double part = (value - description_.min) / (description_.max - description_.min);
    return static_cast<std::uint32_t>(std::lround(part * whole_duty));
}

void PwmOutput::sample(std::uint64_t, std::span<const double> outputs, std::span<double>) {
    (void)ledc_set_duty(mode, channel_, duty_of(outputs[0]));
    (void)ledc_update_duty(mode, channel_);
}

}  // namespace boardwalk::ports
