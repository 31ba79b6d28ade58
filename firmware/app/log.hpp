#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "firmware/app/platform.hpp"
#include "firmware/app/time.hpp"
#include "firmware/core/json_writer.hpp"
#include "firmware/limits.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

struct LogLine {
    std::uint64_t seq = 0;
    Time time;
    std::uint64_t uptime_ms = 0;
    LogLevel level = LogLevel::info;
    FixedString<limits::log_text_bytes_max> text;
};

/// What a client can bring about as often as it likes.
enum class Notice : std::uint8_t {
    output,
    settings,
    upload_began,
    upload_ended,
    upload_refused,
    storage_failed,
    scan,
    wrong_code,
    wrong_proof,
    signed_in,
    device,
    workers
};

/// The last lines of what the board has to tell, numbered from 1. Each also goes to the platform's console.
/// Loop's thread only.
/// Warnings and errors outlive chatter: when there is no place left, the oldest line below a warning goes, as
/// long as no more than `log_warnings_kept` of the others are kept. So numbers may be missing between two
/// lines.
class Log {
public:
    explicit Log(Platform& platform) : platform_(platform), started_ms_(platform.now_ms()) {}

    using Pieces = std::initializer_list<std::string_view>;
    /// One line, made of the pieces. What cannot be seen (`protocol::is_unseen`) becomes a space; what is too
    /// long is cut between characters.
    void write(LogLevel, Pieces pieces);

    /// A line that may come again and again, for `item` of its kind. The first is written at once; those that
    /// follow it within `log_repeat_ms` of one another become one, which says how many they were. The console
    /// is told each: it pushes nothing out.
    void write_repeated(Notice, std::uint8_t item, LogLevel, Pieces pieces);
    /// Writes the lines that stand for several, once their time has come. Returns when it has something
    /// again.
    std::uint64_t turn();

    /// Number of the newest line; 0: none yet.
    [[nodiscard]] std::uint64_t newest() const { return newest_; }
    /// The next line behind that number which is kept; null: none. Valid until the next `write`.
    [[nodiscard]] const LogLine* after(std::uint64_t seq) const;

private:
    struct Repeat {
        bool used = false;
        Notice notice = {};
        std::uint8_t item = 0;
        LogLevel level = LogLevel::info;
        std::uint32_t count = 0;    ///< since the last line
        std::uint64_t told_ms = 0;  ///< when that was
        std::uint64_t last_ms = 0;
        FixedString<limits::log_text_bytes_max> text = {};  ///< the last of them

        [[nodiscard]] std::uint64_t due_ms() const;
    };

    void keep(LogLevel, std::string_view text);
    LogLine& make_place();
    Repeat& repeat_of(Notice, std::uint8_t item);
    void tell(Repeat&);

    Platform& platform_;
    std::uint64_t started_ms_;
    std::uint64_t newest_ = 0;
    std::array<LogLine, limits::log_lines> lines_;  ///< in no order; without a number: free
    std::array<Repeat, limits::log_repeats_max> repeats_;
    bool any_repeat_ = false;  ///< some of them are in use: each turn asks, and it seldom is so
};

/// As the API and the stream show it.
void write(JsonWriter&, const LogLine&);

}  // namespace boardwalk::app
