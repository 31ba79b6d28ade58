#pragma once

#include <vector>

#include "desktop/core/stress/report/stress_report.hpp"

namespace boardwalk::desktop {

/// Points in time, at most `max` of them however many are added. When full, of each two neighbours the failed
/// or slower one stays, and from then on twice as many are folded into one: the peaks of a plot survive.
class LatencyTrail {
public:
    explicit LatencyTrail(std::size_t max) : m_max(max) {}

    void add(const LatencyPoint& point);
    [[nodiscard]] const std::vector<LatencyPoint>& points() const { return m_points; }
    /// Hands over what is there and begins anew.
    std::vector<LatencyPoint> take();

private:
    void halve();

    std::size_t m_max;
    std::size_t m_stride = 1;  ///< how many are folded into one point
    std::size_t m_folded = 0;  ///< how many the last point holds so far
    std::vector<LatencyPoint> m_points;
};

}  // namespace boardwalk::desktop
