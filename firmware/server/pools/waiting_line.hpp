#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "firmware/limits.hpp"

namespace boardwalk::server {

/// A waiting line: first come, first served. Holds each number at most once; all memory is taken at the
/// start.
class WaitingLine {
public:
    explicit WaitingLine(std::size_t capacity);
    /// What it takes of memory, itself left out.
    [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t capacity);

    void push(std::uint16_t number, std::uint64_t since_us);
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint16_t front() const { return places_[0].number; }
    [[nodiscard]] std::uint64_t front_since_us() const { return places_[0].since_us; }
    [[nodiscard]] bool holds(std::uint16_t number) const;
    /// Nothing happens when it is not in line.
    void remove(std::uint16_t number);

private:
    struct Place {
        std::uint64_t number : 16;
        std::uint64_t since_us : 48;  ///< for nine years
    };
    static_assert(sizeof(Place) <= limits::waiting_bytes_max);
    std::unique_ptr<Place[]> places_;
    std::size_t size_ = 0;
};

constexpr std::size_t WaitingLine::bytes_for(std::size_t capacity) { return capacity * sizeof(Place); }

}  // namespace boardwalk::server
