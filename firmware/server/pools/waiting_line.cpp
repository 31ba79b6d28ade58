#include "firmware/server/pools/waiting_line.hpp"

#include <algorithm>

namespace boardwalk::server {

WaitingLine::WaitingLine(std::size_t capacity) : places_(std::make_unique<Place[]>(capacity)) {}

void WaitingLine::push(std::uint16_t number, std::uint64_t since_us) {
    if (!holds(number)) places_[size_++] = {.number = number, .since_us = since_us & 0xffff'ffff'ffff};
}

bool WaitingLine::holds(std::uint16_t number) const {
    return std::any_of(places_.get(), places_.get() + size_,
                       [&](const Place& p) { return p.number == number; });
}

void WaitingLine::remove(std::uint16_t number) {
    auto* end = places_.get() + size_;
    auto* rest = std::remove_if(places_.get(), end, [&](const Place& p) { return p.number == number; });
    size_ = static_cast<std::size_t>(rest - places_.get());
}

}  // namespace boardwalk::server
