#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace boardwalk::bench {

/// Latencies in microseconds, and what may be asked of them.
class Figures {
public:
    void add(std::int64_t us) { all_.push_back(us); }
    /// The smallest value that `percent` of all do not exceed, in milliseconds; 0 when there are none.
    [[nodiscard]] double percentile_ms(double percent) {
        if (all_.empty()) return 0;
        std::sort(all_.begin(), all_.end());
        const auto rank =
            static_cast<std::size_t>(percent / 100.0 * static_cast<double>(all_.size()) + 0.999);
        return static_cast<double>(all_[std::clamp<std::size_t>(rank, 1, all_.size()) - 1]) / 1'000.0;
    }
    [[nodiscard]] double max_ms() { return percentile_ms(100); }

private:
    std::vector<std::int64_t> all_;
};

}  // namespace boardwalk::bench
