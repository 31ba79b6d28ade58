// The smallest board: what the chip tells of itself, and a lamp that can be switched from any browser.

#include <esp_system.h>

#include <array>

#include "firmware/ports/esp32s3/boardwalk/hardware/chip.hpp"
#include "firmware/ports/esp32s3/boardwalk/hardware/outputs.hpp"
#include "firmware/ports/esp32s3/boardwalk/start_board.hpp"

using namespace boardwalk;

extern "C" void app_main() {
    static ports::Chip chip;
    static ports::GpioOutput lamp(GPIO_NUM_5, {.id = "lamp", .name = "Lamp", .group = "Pins"});
    static std::array<app::Device*, 2> devices = {&chip, &lamp};
    if (!ports::start_board({.default_name = "Hello", .devices = devices}).empty()) esp_restart();
}
