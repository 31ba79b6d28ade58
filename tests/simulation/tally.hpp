#pragma once

#include <algorithm>
#include <cstdint>

namespace boardwalk::simulation {

/// What browsers met: of one run, or of many together.
struct Tally {
    std::uint64_t answered = 0;  ///< requests that got what they asked for
    std::uint64_t told_503 = 0, told_408 = 0;
    std::uint64_t lost = 0;             ///< the connection ended before the answer
    std::uint64_t longest_wait_ms = 0;  ///< from the first time that a request was sent, repeats included

    Tally& operator+=(const Tally& other) {
        answered += other.answered;
        told_503 += other.told_503;
        told_408 += other.told_408;
        lost += other.lost;
        longest_wait_ms = std::max(longest_wait_ms, other.longest_wait_ms);
        return *this;
    }
};

}  // namespace boardwalk::simulation
