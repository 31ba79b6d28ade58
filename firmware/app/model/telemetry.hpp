#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware/app/log.hpp"
#include "firmware/app/model/history.hpp"
#include "firmware/app/model/model.hpp"
#include "firmware/app/platform.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::app {

/// Samples the devices on workers, every period and whenever one of their outputs was set, and takes their
/// values over on the loop. A device that blocks does not delay the others. One whose sample takes longer
/// than its deadline is late: its readings are faults until a sample is in time, and what the late sample
/// brings is not used, since its moment is not known. An immediate device is sampled on the loop.
class Telemetry {
public:
    Telemetry(Model& model, History& history, server::Workers& workers, Platform& platform, Log& log,
              const std::uint64_t& started_ms)
        : model_(model),
          history_(history),
          workers_(workers),
          platform_(platform),
          log_(log),
          started_ms_(started_ms) {}
    Telemetry(const Telemetry&) = delete;
    Telemetry& operator=(const Telemetry&) = delete;

    /// False when there are more devices than places, or the model refuses one.
    [[nodiscard]] bool add(Device&);

    void set_period(std::uint32_t period_ms, std::uint64_t now_ms);
    [[nodiscard]] std::uint64_t stale_after_ms() const { return std::uint64_t{3} * period_ms_; }

    /// Sets an output: its device is told at once, and the state advances.
    void set_output(const Output&, double value, std::uint64_t now_ms);

    /// Begins and ends ticks, and notices the devices that are late. Returns when it wants its next turn; a
    /// sample that is taken over is a reason for one too.
    std::uint64_t turn(std::uint64_t now_ms);

private:
    struct Line : server::Job {
        Telemetry* telemetry = nullptr;
        Device* device = nullptr;
        std::size_t first_reading = 0, reading_count = 0;
        std::size_t first_output = 0, output_count = 0;
        bool busy = false;         ///< a worker has it: values and outputs are the worker's
        bool in_tick = false;      ///< what it brings waits for the tick's end
        bool again = false;        ///< an output was set meanwhile
        std::uint64_t now_ms = 0;  ///< of the last sample
        std::uint64_t rests_until_ms = 0;
        std::optional<std::uint64_t> late_since_ms;  ///< its readings are faults: a sample began then
        std::atomic<std::uint32_t> began{
            0};                     ///< the clock's low bits when `sample` was called; 0: it does not run
        std::uint32_t took_ms = 0;  ///< the last sample
        std::array<double, limits::readings_max> values{};
        std::array<double, limits::outputs_max> outputs{};
    };

    bool start(Line&, std::uint64_t now_ms);
    [[nodiscard]] std::span<Line> lines() { return std::span(lines_).first(line_count_); }
    std::uint64_t look_for_late(std::uint64_t now_ms);
    void set_late(Line&, std::uint64_t since_ms);
    void set_in_time(Line&);
    void tell(LogLevel, std::string_view what, std::uint64_t ms, const Line&);
    static void run(server::Job&);
    static void finish(server::Job&);
    void end_tick(std::uint64_t now_ms);

    Model& model_;
    History& history_;
    server::Workers& workers_;
    Platform& platform_;
    Log& log_;
    const std::uint64_t& started_ms_;
    std::array<Line, limits::devices_max> lines_;
    std::size_t line_count_ = 0;
    unsigned busy_count_ = 0;  ///< lines that a worker has: most turns have none to look at
    std::array<unsigned, limits::outputs_max> presses_{};  ///< of each button since its device was last told
    std::uint32_t period_ms_ = limits::telemetry_period_ms_default;
    std::uint64_t due_ms_ = 0;
    std::uint64_t now_ms_ = 0;
    bool tick_open_ = false;
};

}  // namespace boardwalk::app
