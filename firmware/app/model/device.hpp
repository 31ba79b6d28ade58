#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/limits.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

using protocol::OutputKind;
using protocol::ReadingStatus;

/// What a reading is; static for as long as the board runs.
struct ReadingDescription {
    std::string_view id;
    std::string_view name;
    std::string_view group;
    std::string_view kind;  ///< temperature, humidity, …: a hint for the look
    std::string_view unit;
    double min = 0;  ///< expected range, for the scale of a chart
    double max = 0;
    int decimals =
        0;  ///< digits behind the point; with more than two, values are limited: `scaled_magnitude_max`
};

/// What an output is; static for as long as the board runs. Its value is a number for every kind: a switch is
/// 0 or 1, a choice the index of its option, a button always 0.
struct OutputDescription {
    std::string_view id;
    std::string_view name;
    std::string_view group;
    OutputKind kind = OutputKind::switch_;
    std::string_view unit = {};
    double min = 0;  ///< min, max and step of a level
    double max = 1;
    double step = 1;
    std::span<const std::string_view> options = {};  ///< of a choice
    double initial = 0;
};

/// Something that has readings and outputs: a sensor bus, a relay card, this computer, a simulation.
/// Implemented by each port.
class Device {
public:
    virtual ~Device() = default;

    /// Both are fixed before the application is made, and outlive it.
    [[nodiscard]] virtual std::span<const ReadingDescription> readings() const = 0;
    [[nodiscard]] virtual std::span<const OutputDescription> outputs() const = 0;

    /// True when `sample` waits for nothing, neither a bus nor a disk nor a network. The loop then calls it
    /// itself, and no worker wakes up for it.
    [[nodiscard]] virtual bool is_immediate() const { return false; }
    /// The shortest time between two ticks that sample it, for what changes slowly or is dear to ask. 0: each
    /// tick does. Fixed like the descriptions.
    [[nodiscard]] virtual std::uint32_t rest_ms() const { return 0; }

    /// How long `sample` may take. After that its readings are faults, and what it brings is not used, until
    /// one is in time. Fixed like the descriptions.
    [[nodiscard]] virtual std::uint32_t deadline_ms() const { return limits::device_deadline_ms_default; }

    /// Brings the outputs to what they should be, then reads. On a worker's thread, never twice at once; may
    /// block, unless it is immediate. `outputs` and `values` have the order of the descriptions; a button's
    /// entry counts its presses since the last call. A reading that cannot be had is left NaN. `now_ms` is
    /// monotonic.
    virtual void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) = 0;
};

}  // namespace boardwalk::app
