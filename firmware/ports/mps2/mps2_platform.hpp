#pragma once

#include <array>

#include "firmware/app/platform.hpp"
#include "firmware/core/text_writer.hpp"
#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/random.hpp"
#include "firmware/stacks/lwip/sntp_clock.hpp"

namespace boardwalk::ports {

/// The application's platform on the bare board: the time of day by SNTP, a heap with an end, a UART as
/// console.
class Mps2Platform final : public app::Platform {
public:
    explicit Mps2Platform(const SntpClock& clock) : clock_(clock) {}

    [[nodiscard]] std::uint64_t now_ms() const override { return mps2::now_us() / 1'000; }
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override { return clock_.utc_ms(); }
    void random(std::span<std::uint8_t> bytes) override { fill_random(bytes); }
    [[nodiscard]] Heap heap() const override {
        const auto left = mps2::heap_left();
        return {.free_bytes = left.free_bytes, .minimum_free_bytes = left.untouched_bytes};
    }
    bool restart() override { return restart_wanted_ = true; }
    void log(app::LogLevel level, std::string_view text) override {
        if (dropped_ > told_ && tell_dropped()) told_ = dropped_;
        const bool out = mps2::print(protocol::to_string(level)) && mps2::print(": ") && mps2::print(text) &&
                         mps2::print("\n");
        if (!out) ++dropped_;
    }
    void print(std::string_view text) override {
        if (!mps2::print(text) || !mps2::print("\n")) ++dropped_;
    }
    [[nodiscard]] std::uint64_t log_lines_dropped() const override { return dropped_; }

    /// For the loop: the application asked for a restart.
    [[nodiscard]] bool restart_wanted() const { return restart_wanted_; }

private:
    /// On a line of its own: the last that was lost may have been cut.
    [[nodiscard]] bool tell_dropped() const {
        std::array<char, 64> memory;
        TextWriter out(memory);
        out.append("\nwarning: ");
        out.append_number(dropped_ - told_);
        out.append(" lines were dropped\n");
        return mps2::print(out.view());
    }

    const SntpClock& clock_;
    std::uint64_t dropped_ = 0, told_ = 0;  ///< lines of the log
    bool restart_wanted_ = false;
};

}  // namespace boardwalk::ports
