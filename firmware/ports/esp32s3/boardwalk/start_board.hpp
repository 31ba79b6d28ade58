#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/app/assets.hpp"
#include "firmware/app/device.hpp"

namespace boardwalk::ports {

/// What makes a board yours. All of it lives as long as the program: make it static.
struct BoardDescription {
    std::string_view model = "esp32s3";           ///< kind of board: firmware for another is refused
    std::string_view default_name = "Boardwalk";  ///< until the owner chooses another
    std::span<app::Device* const> devices;        ///< what has readings and outputs
    app::AssetTable assets = app::dashboard_assets();
    std::uint16_t port = 80;
};

/// Starts Wi-Fi, storage, server and workers; returns once the board serves. Once, from app_main.
/// Empty, or one line that says what is wrong.
[[nodiscard]] std::string_view start_board(const BoardDescription&);

}  // namespace boardwalk::ports
