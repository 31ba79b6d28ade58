#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware/limits.hpp"
#include "shared/fixed_string.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

using protocol::LogLevel;

/// What the application asks of the machine that it runs on. Each port implements it; what follows is asked
/// of each by tests/contract/seams. All of it is called on the loop's thread (at the start by the one that
/// becomes it) except `now_ms`, which any thread may call, and none of it blocks.
class Platform {
public:
    virtual ~Platform() = default;

    /// Milliseconds on the loop's clock, which never goes back.
    [[nodiscard]] virtual std::uint64_t now_ms() const = 0;
    /// Milliseconds since 1970 in UTC; nothing while the board does not know the time.
    [[nodiscard]] virtual std::optional<std::int64_t> utc_ms() const = 0;
    /// Fills all of it with random bytes, fit for keys.
    virtual void random(std::span<std::uint8_t> bytes) = 0;

    struct Heap {
        std::optional<std::uint64_t> free_bytes;
        std::optional<std::uint64_t> minimum_free_bytes;  ///< since start
    };
    [[nodiscard]] virtual Heap heap() const = 0;

    /// The hardware address of the board's own network interface; nothing where the interface is not the
    /// board's own, as on a computer.
    [[nodiscard]] virtual std::optional<std::array<std::uint8_t, 6>> mac() const { return std::nullopt; }

    /// The name of the computer whose guest the board is, as it is now; empty where it is no guest. Asked for
    /// on the loop.
    [[nodiscard]] virtual FixedString<limits::host_name_bytes_max> host_name() const { return {}; }

    /// Starts the board again once what is being answered is out; returns at once. False: it cannot.
    [[nodiscard]] virtual bool restart() { return false; }

    /// Shows a line on the board's console. A console that takes no more (a pipe that is not read, a stopped
    /// terminal, a full disk) costs the line and not the caller's time: it is lost, and counted.
    virtual void log(LogLevel, std::string_view text) = 0;
    /// Shows a line on the console alone, whatever is logged there: what people beside the board may read,
    /// and no client.
    virtual void print(std::string_view text) { log(LogLevel::warning, text); }
    /// Lines that the console has not taken since the start.
    [[nodiscard]] virtual std::uint64_t log_lines_dropped() const { return 0; }
};

}  // namespace boardwalk::app
