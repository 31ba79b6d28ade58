#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "firmware/server/application.hpp"

namespace boardwalk::app {

/// Clients whose requests wait for something that one can have at a time: first come, first served.
template <std::size_t Capacity>
class SlotLine {
public:
    /// False: it is full.
    [[nodiscard]] bool push(server::SlotId slot) {
        if (size_ == Capacity) return false;
        places_[size_++] = slot;
        return true;
    }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// Takes the first one out; it may have gone in the meantime.
    server::SlotId pop() {
        const auto first = places_[0];
        std::copy(places_.begin() + 1, places_.begin() + size_, places_.begin());
        --size_;
        return first;
    }

private:
    std::array<server::SlotId, Capacity> places_;
    std::size_t size_ = 0;
};

}  // namespace boardwalk::app
