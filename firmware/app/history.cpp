#include "firmware/app/history.hpp"

namespace boardwalk::app {

void History::push(std::uint64_t uptime_ms, std::span<const Reading> readings) {
    const std::size_t here = place(count_);
    moments_[here] = uptime_ms;
    for (std::size_t i = 0; i < readings.size(); ++i)
        values_[i][here] = static_cast<float>(readings[i].value);
    ++count_;
}

std::uint64_t History::after(std::uint64_t uptime_ms) const {
    // The moments rise with the numbers: halve the range until one is left.
    std::uint64_t low = first();
    std::uint64_t high = end();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (this->uptime_ms(middle) > uptime_ms) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

}  // namespace boardwalk::app
