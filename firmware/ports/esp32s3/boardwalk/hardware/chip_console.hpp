#pragma once

#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/app/platform.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::ports {

/// The log's lines on their way to the chip's UART, which a task of low priority writes: a UART takes its
/// time for each line, and the loop has none. At most limits::chip_console_lines wait. A line that finds no
/// place is lost and counted, and the next one that is written says how many were.
class ChipConsole {
public:
    ChipConsole() = default;
    ChipConsole(const ChipConsole&) = delete;
    ChipConsole& operator=(const ChipConsole&) = delete;

    /// Starts the task, once; it writes the lines that came before, too. Returns false when there is no
    /// memory for it.
    [[nodiscard]] bool start();

    /// Copies the line, cut to limits::log_text_bytes_max. Any task; never waits.
    void write(app::LogLevel, std::string_view text);

    /// Lines that were lost since the start.
    [[nodiscard]] std::uint64_t lines_dropped() const;

    /// Before the chip restarts: waits until all is out, at most limits::console_flush_ms_max.
    void flush() const;

private:
    struct Line {
        app::LogLevel level = app::LogLevel::info;
        std::uint8_t size = 0;
        std::uint32_t lost_before = 0;
        std::array<char, limits::log_text_bytes_max> text{};
    };
    static_assert(limits::log_text_bytes_max <= 255, "size above");

    [[noreturn]] void run();
    [[nodiscard]] bool take(Line&);
    [[nodiscard]] bool idle() const;

    SemaphoreHandle_t written_ = nullptr;
    mutable portMUX_TYPE lock_ = portMUX_INITIALIZER_UNLOCKED;  ///< guards what follows
    std::array<Line, limits::chip_console_lines> lines_;
    std::size_t first_ = 0, count_ = 0;
    std::uint32_t lost_ = 0;  ///< since the newest line that has a place
    std::uint64_t lost_total_ = 0;
    bool writing_ = false;
};

}  // namespace boardwalk::ports
