#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "firmware/app/platform.hpp"
#include "firmware/app/time.hpp"
#include "firmware/core/fixed_string.hpp"
#include "firmware/core/json_writer.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {

struct LogLine {
    std::uint64_t seq = 0;
    Time time;
    std::uint64_t uptime_ms = 0;
    LogLevel level = LogLevel::info;
    FixedString<limits::log_text_bytes_max> text;
};

/// The last lines of what the board has to tell, numbered from 1. Each also goes to the platform's console.
/// Loop's thread only.
class Log {
public:
    explicit Log(Platform& platform) : platform_(platform), started_ms_(platform.now_ms()) {}

    /// One line, made of the pieces. Control characters become spaces; what is too long is cut between
    /// characters.
    void write(LogLevel, std::initializer_list<std::string_view> pieces);

    /// Number of the newest line; 0: none yet.
    [[nodiscard]] std::uint64_t newest() const { return newest_; }
    /// Number of the oldest line that is kept; above `newest()` when there is none.
    [[nodiscard]] std::uint64_t oldest() const {
        return newest_ <= limits::log_lines ? 1 : newest_ - limits::log_lines + 1;
    }
    /// `seq` from `oldest()` to `newest()`. Valid until the next `write`.
    [[nodiscard]] const LogLine& line(std::uint64_t seq) const { return lines_[place_of(seq)]; }

private:
    [[nodiscard]] static std::size_t place_of(std::uint64_t seq) {
        return static_cast<std::size_t>(seq % limits::log_lines);
    }

    Platform& platform_;
    std::uint64_t started_ms_;
    std::uint64_t newest_ = 0;
    std::array<LogLine, limits::log_lines> lines_;
};

/// As the API and the stream show it.
void write(JsonWriter&, const LogLine&);

}  // namespace boardwalk::app
