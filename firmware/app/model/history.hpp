#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "firmware/app/model/model.hpp"
#include "firmware/core/json_writer.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {

/// The last samples of every reading, one ring of moments for all. Samples are numbered from 0 since the
/// start. A sample is kept as the whole number of its reading's last decimals, so that it is told with the
/// same digits as the state told it: 5 bytes, where a `float` of 4 loses them above 2^24 and a `double`
/// takes 8.
class History {
public:
    /// Takes the memory of so many readings: once, before the first `push`.
    void reserve(std::size_t readings);
    void push(std::uint64_t uptime_ms, std::span<const Reading>);

    /// The oldest that is kept, and the one after the newest.
    [[nodiscard]] std::uint64_t first() const {
        return count_ < limits::history_samples ? 0 : count_ - limits::history_samples;
    }
    [[nodiscard]] std::uint64_t end() const { return count_; }
    /// The first sample after `uptime_ms`, or `end()`.
    [[nodiscard]] std::uint64_t after(std::uint64_t uptime_ms) const;

    /// `number` from `first()` up to `end()`.
    [[nodiscard]] std::uint64_t uptime_ms(std::uint64_t number) const { return moments_[place(number)]; }
    /// Null where there was none. `decimals` is the reading's.
    void write_value(JsonWriter&, std::size_t reading, std::uint64_t number, int decimals) const;

private:
    static std::size_t place(std::uint64_t number) {
        return static_cast<std::size_t>(number % limits::history_samples);
    }

    std::uint64_t count_ = 0;
    std::array<std::uint64_t, limits::history_samples> moments_{};
    /// Of each reading in turn: the lower 32 bits, and the upper 8 with the sign.
    std::unique_ptr<std::array<std::uint32_t, limits::history_samples>[]> low_;
    std::unique_ptr<std::array<std::int8_t, limits::history_samples>[]> high_;
};

}  // namespace boardwalk::app
