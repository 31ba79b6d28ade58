#include "desktop/core/stress/latency_trail.hpp"

#include <utility>

namespace boardwalk::desktop {

namespace {

const LatencyPoint& worse(const LatencyPoint& a, const LatencyPoint& b) {
    if (a.failed != b.failed) return a.failed ? a : b;
    return a.ms >= b.ms ? a : b;
}

}  // namespace

void LatencyTrail::add(const LatencyPoint& point) {
    if (m_folded > 0 && m_folded < m_stride) {
        m_points.back() = worse(m_points.back(), point);
        ++m_folded;
        return;
    }
    if (m_points.size() >= m_max) halve();
    m_points.push_back(point);
    m_folded = 1;
}

void LatencyTrail::halve() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_points.size(); i += 2) {
        const LatencyPoint& next = i + 1 < m_points.size() ? m_points[i + 1] : m_points[i];
        m_points[kept++] = worse(m_points[i], next);
    }
    m_points.resize(kept);
    m_stride *= 2;
}

std::vector<LatencyPoint> LatencyTrail::take() {
    m_stride = 1;
    m_folded = 0;
    return std::exchange(m_points, {});
}

}  // namespace boardwalk::desktop
