#pragma once

#include <driver/gpio.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/app/api/page/assets.hpp"
#include "firmware/app/model/device.hpp"

namespace boardwalk::ports {

/// What makes a board yours. All of it lives as long as the program: make it static.
struct BoardDescription {
    std::string_view model = "esp32s3";           ///< kind of board: firmware for another is refused
    std::string_view default_name = "Boardwalk";  ///< until the owner chooses another
    std::span<app::Device* const> devices;        ///< what has readings and outputs
    app::AssetTable assets = app::dashboard_assets();
    /// Password of the board's own network for set-up: 8 to 63 characters, as its label says. If empty, the
    /// board makes one at its first start, keeps it, and prints it on the serial line.
    std::string_view setup_password = {};
    /// Connects to ground while it is pressed: then another set-up code is shown; held for ten seconds, the
    /// board forgets its owner. GPIO_NUM_NC: there is none. (BOOT on Espressif's boards.)
    gpio_num_t button = GPIO_NUM_0;
    std::uint16_t port = 80;
};

/// Starts Wi-Fi, storage, server and workers; returns once the board serves. Once, from app_main.
/// Empty, or one line that says what is wrong.
[[nodiscard]] std::string_view start_board(const BoardDescription&);

}  // namespace boardwalk::ports
