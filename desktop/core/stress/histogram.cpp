#include "desktop/core/stress/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace boardwalk::desktop {

int Histogram::bucketOf(quint64 us) {
    if (us < exact) return static_cast<int>(us);
    const int octave = static_cast<int>(std::bit_width(us)) - 9;  // 0 for 256…511
    if (octave >= octaves) return buckets - 1;
    const auto within =
        static_cast<int>((us >> (octave + 1)) - perOctave);  // the top eight bits, less the first
    return exact + octave * perOctave + within;
}

double Histogram::middleMs(int bucket) {
    if (bucket < exact) return bucket / 1000.0;
    const int octave = (bucket - exact) / perOctave;
    const int within = (bucket - exact) % perOctave;
    const double width = std::ldexp(1.0, octave + 1);
    return ((perOctave + within) * width + width / 2) / 1000.0;
}

void Histogram::add(double ms) {
    ms = std::max(ms, 0.0);
    const double us = std::min(std::round(ms * 1000), 1e15);
    ++m_buckets[static_cast<std::size_t>(bucketOf(static_cast<quint64>(us)))];
    ++m_count;
    m_maxMs = std::max(m_maxMs, ms);
}

void Histogram::merge(const Histogram& other) {
    std::transform(m_buckets.begin(), m_buckets.end(), other.m_buckets.begin(), m_buckets.begin(),
                   std::plus<>());
    m_count += other.m_count;
    m_maxMs = std::max(m_maxMs, other.m_maxMs);
}

std::vector<std::pair<double, quint64>> Histogram::values() const {
    std::vector<std::pair<double, quint64>> values;
    for (int i = 0; i < buckets; ++i)
        if (const quint64 count = m_buckets[static_cast<std::size_t>(i)]; count > 0)
            values.emplace_back(middleMs(i), count);
    return values;
}

Histogram Histogram::restored(const std::vector<std::pair<double, quint64>>& values, double maxMs) {
    Histogram histogram;
    for (const auto& [ms, count] : values) {
        const double us = std::clamp(std::round(ms * 1000), 0.0, 1e15);
        histogram.m_buckets[static_cast<std::size_t>(bucketOf(static_cast<quint64>(us)))] += count;
        histogram.m_count += count;
    }
    histogram.m_maxMs = maxMs;
    return histogram;
}

double Histogram::percentile(double percent) const {
    if (m_count == 0) return 0;
    const double share = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(m_count);
    const auto rank = std::max<quint64>(1, static_cast<quint64>(std::ceil(share)));
    quint64 seen = 0;
    for (int i = 0; i < buckets; ++i) {
        seen += m_buckets[static_cast<std::size_t>(i)];
        // The last bucket has no upper edge, and no percentile may exceed the greatest value.
        if (seen >= rank) return i == buckets - 1 ? m_maxMs : std::min(middleMs(i), m_maxMs);
    }
    return m_maxMs;
}

std::vector<Histogram::Bin> Histogram::bins(int perDecade) const {
    std::vector<Bin> bins;
    if (m_count == 0 || perDecade < 1) return bins;
    const auto indexOf = [&](double ms) {
        return static_cast<int>(std::floor(std::log10(std::max(ms, 0.001)) * perDecade + 1e-9));
    };
    int first = 0;
    for (int i = 0; i < buckets; ++i) {
        const quint64 count = m_buckets[static_cast<std::size_t>(i)];
        if (count == 0) continue;
        const int index = indexOf(std::min(middleMs(i), m_maxMs));
        if (bins.empty()) first = index;
        while (first + static_cast<int>(bins.size()) <= index) {
            const double at = first + static_cast<int>(bins.size());
            bins.push_back({std::pow(10, at / perDecade), std::pow(10, (at + 1) / perDecade), 0});
        }
        bins[static_cast<std::size_t>(index - first)].count += count;
    }
    return bins;
}

}  // namespace boardwalk::desktop
