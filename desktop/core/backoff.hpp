#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace boardwalk::desktop {

/// How long to wait before the next attempt: doubles from `first` to `most`, with a quarter of jitter either
/// way so that many windows do not come back to a restarted board in the same instant.
class Backoff {
public:
    constexpr Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most)
        : m_first(first), m_most(most) {}

    /// `chance` is uniform in [0, 1).
    std::chrono::milliseconds next(double chance) {
        const std::chrono::milliseconds base =
            std::min<std::chrono::milliseconds>(m_most, m_first * (1 << std::min(m_attempts, 12)));
        ++m_attempts;
        return std::chrono::milliseconds(std::int64_t(double(base.count()) * (0.75 + 0.5 * chance)));
    }

    void reset() { m_attempts = 0; }
    [[nodiscard]] int attempts() const { return m_attempts; }

private:
    std::chrono::milliseconds m_first;
    std::chrono::milliseconds m_most;
    int m_attempts = 0;
};

}  // namespace boardwalk::desktop
