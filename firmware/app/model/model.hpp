#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "firmware/app/model/device.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {

struct Reading {
    const ReadingDescription* description = nullptr;
    double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: none; else rounded to its decimals
    double next_value = std::numeric_limits<double>::quiet_NaN();  ///< of the next state
    ReadingStatus status = ReadingStatus::stale;                   ///< until the first sample
    std::uint32_t rest_ms = 0;                                     ///< its device's
    bool sampled = false;
    bool failed = false;  ///< its device is late: a fault, however old
    std::uint64_t sampled_ms = 0;
    std::uint64_t changed_seq = 0;  ///< the state in which it last became another
};

struct Output {
    const OutputDescription* description = nullptr;
    double value = 0;
    std::uint64_t changed_seq = 0;
};

/// Readings beyond this are a broken sensor; it also bounds the text of a value, and so the state document.
inline constexpr double reading_magnitude_max = 1e9;
/// Likewise, counted in its last decimal, 2^39 - 1: so a history needs 5 bytes for each. With two decimals or
/// fewer this is never reached.
inline constexpr double scaled_magnitude_max = 549'755'813'887;

/// 10 to the power of `decimals`, exactly.
[[nodiscard]] constexpr double scale_of(int decimals) {
    double scale = 1;
    for (; decimals > 0; --decimals)
        scale *= 10;
    return scale;
}

/// A number with `decimals` digits after the point, as near to `value` as that goes; never -0.
[[nodiscard]] double round_to(double value, int decimals);

/// What the board measures and what it switches, now. Every change makes another state, counted by `seq`.
class Model {
public:
    /// False when more is described than `limits` takes, an identifier is none, or two are alike.
    [[nodiscard]] bool add(const Device&);

    [[nodiscard]] std::span<const Reading> readings() const { return {readings_.data(), reading_count_}; }
    [[nodiscard]] std::span<const Output> outputs() const { return {outputs_.data(), output_count_}; }
    /// Null: no such id.
    [[nodiscard]] const Reading* find_reading(std::string_view id) const;
    [[nodiscard]] const Output* find_output(std::string_view id) const;

    [[nodiscard]] std::uint64_t seq() const { return seq_; }
    /// The moment that `seq` came about, on the loop's clock.
    [[nodiscard]] std::uint64_t changed_ms() const { return changed_ms_; }
    /// The state in which a reading last got another status: a delta, which tells values only, cannot pass
    /// it.
    [[nodiscard]] std::uint64_t status_changed_seq() const { return status_changed_seq_; }

    /// Takes new values over, the first for reading `first`; they show with the next `advance`.
    void take(std::size_t first, std::span<const double> values, std::uint64_t now_ms);
    /// The device of `count` readings from `first` on is late: they are faults without a value from the next
    /// `advance` on, until values are taken for them again.
    void fail(std::size_t first, std::size_t count);
    /// A value that the description allows. Shows with the next `advance`.
    void set(const Output&, double value);
    /// The next state. A reading older than `stale_after_ms` and its device's rest is said to be stale.
    void advance(std::uint64_t now_ms, std::uint64_t stale_after_ms);

private:
    std::array<Reading, limits::readings_max> readings_;
    std::array<Output, limits::outputs_max> outputs_;
    std::size_t reading_count_ = 0;
    std::size_t output_count_ = 0;
    std::uint64_t seq_ = 1;
    std::uint64_t changed_ms_ = 0;
    std::uint64_t status_changed_seq_ = 1;
};

}  // namespace boardwalk::app
