#pragma once

#include "firmware/app/platform.hpp"
#include "firmware/ports/linux/computer/cgroup_memory.hpp"
#include "firmware/ports/linux/computer/console.hpp"

namespace boardwalk::ports {

/// The application's platform on a computer: clocks, random bytes, memory, and stderr as console.
class LinuxPlatform final : public app::Platform {
public:
    /// Lines below `least` are not written to stderr (the API shows them all the same).
    explicit LinuxPlatform(app::LogLevel least);

    [[nodiscard]] std::uint64_t now_ms() const override;
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override;
    void random(std::span<std::uint8_t> bytes) override;
    [[nodiscard]] Heap heap() const override;
    [[nodiscard]] FixedString<limits::host_name_bytes_max> host_name() const override;
    bool restart() override { return restart_wanted_ = true; }
    void log(app::LogLevel, std::string_view text) override;
    void print(std::string_view text) override;
    [[nodiscard]] std::uint64_t log_lines_dropped() const override { return console_.lines_dropped(); }

    /// Waits for the console at the end, as `Console::flush` does.
    bool flush_log() { return console_.flush(); }

    /// True once the application has asked for a restart.
    [[nodiscard]] bool restart_wanted() const { return restart_wanted_; }

private:
    app::LogLevel least_;
    Console console_;
    bool restart_wanted_ = false;
    CgroupMemory cgroup_;
    mutable Heap heap_;
    mutable std::uint64_t heap_read_ms_ = 0;
};

}  // namespace boardwalk::ports
