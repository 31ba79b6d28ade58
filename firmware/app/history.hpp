#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "firmware/app/model.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {

/// The last samples of every reading, one ring of moments for all. Samples are numbered from 0 since the
/// start.
class History {
public:
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
    /// NaN: there was none.
    [[nodiscard]] float value(std::size_t reading, std::uint64_t number) const {
        return values_[reading][place(number)];
    }

private:
    static std::size_t place(std::uint64_t number) {
        return static_cast<std::size_t>(number % limits::history_samples);
    }

    std::uint64_t count_ = 0;
    std::array<std::uint64_t, limits::history_samples> moments_{};
    std::array<std::array<float, limits::history_samples>, limits::readings_max> values_{};
};

}  // namespace boardwalk::app
