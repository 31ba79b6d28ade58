// An ESP32-S3-DevKitC-1 as a board: what the chip tells of itself, one analog input, a relay and a dimmed
// LED. Change the pins, add devices of your own, and the page, the API and the metrics show them.

#include <esp_log.h>
#include <esp_system.h>

#include <array>

#include "firmware/ports/esp32s3/boardwalk/hardware/analog_input.hpp"
#include "firmware/ports/esp32s3/boardwalk/hardware/chip.hpp"
#include "firmware/ports/esp32s3/boardwalk/hardware/outputs.hpp"
#include "firmware/ports/esp32s3/boardwalk/start_board.hpp"

using namespace boardwalk;

extern "C" void app_main() {
    // Devices live as long as the board. Each is read, and told what its outputs should be, once a second by
    // a worker on core 1, where it may block.
    static ports::Chip chip;
    static ports::AnalogInput voltage(ADC_CHANNEL_3, {.id = "adc.gpio4",
                                                      .name = "Voltage at GPIO4",
                                                      .group = "Pins",
                                                      .kind = "voltage",
                                                      .unit = "mV",
                                                      .min = 0,
                                                      .max = 3'100});
    static ports::GpioOutput relay(
        GPIO_NUM_5,
        {.id = "relay", .name = "Relay at GPIO5", .group = "Pins", .kind = app::OutputKind::switch_});
    static ports::PwmOutput led(GPIO_NUM_6, LEDC_CHANNEL_0,
                                {.id = "led",
                                 .name = "LED at GPIO6",
                                 .group = "Pins",
                                 .kind = app::OutputKind::level,
                                 .unit = "%",
                                 .max = 100,
                                 .step = 1});
    static std::array<app::Device*, 4> devices = {&chip, &voltage, &relay, &led};

    const auto problem = ports::start_board({.model = "esp32s3-devkitc-1", .devices = devices});
    if (problem.empty()) return;  // the board goes on in lwIP's task and in its workers
    ESP_LOGE("main", "%.*s", static_cast<int>(problem.size()), problem.data());
    esp_restart();  // firmware on trial is given up by the boot loader then
}
