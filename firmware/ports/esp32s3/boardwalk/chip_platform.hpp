#pragma once

#include <cstdint>

#include "firmware/app/platform.hpp"
#include "firmware/ports/esp32s3/boardwalk/hardware/chip_console.hpp"

namespace boardwalk::ports {

/// The application's platform on the chip: its clocks, its random number generator, its heap, its console,
/// its address.
class ChipPlatform final : public app::Platform {
public:
    [[nodiscard]] std::uint64_t now_ms() const override;
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override;
    void random(std::span<std::uint8_t> bytes) override;
    [[nodiscard]] Heap heap() const override;
    [[nodiscard]] std::optional<std::array<std::uint8_t, 6>> mac() const override;
    bool restart() override { return restart_wanted_ = true; }
    void log(app::LogLevel level, std::string_view text) override { console_.write(level, text); }
    void print(std::string_view text) override { console_.write(app::LogLevel::info, text); }
    [[nodiscard]] std::uint64_t log_lines_dropped() const override { return console_.lines_dropped(); }

    /// Its task, which all lines wait for.
    [[nodiscard]] ChipConsole& console() { return console_; }

    /// For the loop: the application asked for a restart.
    [[nodiscard]] bool restart_wanted() const { return restart_wanted_; }

private:
    ChipConsole console_;
    bool restart_wanted_ = false;
};

/// Seconds since 1970; 0 until SNTP has told the time.
[[nodiscard]] std::int64_t unix_time_s();

}  // namespace boardwalk::ports
