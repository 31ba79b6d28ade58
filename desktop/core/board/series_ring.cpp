#include "desktop/core/board/series_ring.hpp"

#include <algorithm>
#include <cmath>

namespace boardwalk::desktop {

void SeriesRing::append(Sample sample) {
    if (!isEmpty() && sample.uptime_ms <= last().uptime_ms) return;
    if (size() < m_capacity) {
        m_samples.push_back(sample);
    } else {
        m_samples[m_head] = sample;
        m_head = (m_head + 1) % m_samples.size();
    }
}

void SeriesRing::merge(const std::vector<Sample>& history) {
    if (history.empty()) return;
    std::vector<Sample> ours;
    ours.reserve(m_samples.size());
    for (int i = 0; i < size(); ++i)
        ours.push_back(at(i));
    clear();
    for (const Sample& sample : ours) {
        if (sample.uptime_ms < history.front().uptime_ms) append(sample);
    }
    for (const Sample& sample : history)
        append(sample);
    for (const Sample& sample : ours)
        append(sample);  // those that are not newer are passed over
}

void SeriesRing::shift(qint64 by_ms) {
    for (Sample& sample : m_samples)
        sample.uptime_ms += by_ms;
}

void SeriesRing::clear() {
    m_samples.clear();
    m_head = 0;
}

const Sample& SeriesRing::at(int index) const {
    return m_samples[(m_head + std::size_t(index)) % m_samples.size()];
}

int SeriesRing::lowerBound(qint64 uptime_ms) const {
    int low = 0;
    int high = size();
    while (low < high) {
        const int middle = (low + high) / 2;
        if (at(middle).uptime_ms < uptime_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

double SeriesRing::valueAt(qint64 uptime_ms) const {
    const int after = lowerBound(uptime_ms);
    if (after < size() && at(after).uptime_ms == uptime_ms) return at(after).value;
    if (after == 0) return Sample().value;
    const Sample& before = at(after - 1);
    if (std::isnan(before.value) || after == size() || std::isnan(at(after).value)) return before.value;
    return uptime_ms - before.uptime_ms < at(after).uptime_ms - uptime_ms ? before.value : at(after).value;
}

}  // namespace boardwalk::desktop
