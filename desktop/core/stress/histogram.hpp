#pragma once

#include <QtGlobal>
#include <array>
#include <utility>
#include <vector>

namespace boardwalk::desktop {

/// Counts of durations in logarithmic buckets, from 1 µs to 71 minutes.
/// Memory is fixed (25 KB) however long a test runs; a value read back is off by less than 0.4 %.
class Histogram {
public:
    struct Bin {
        double lowMs = 0;
        double highMs = 0;
        quint64 count = 0;
    };

    /// Negative values count as 0; values past the range count in the last bucket, and max() keeps them.
    void add(double ms);
    void merge(const Histogram& other);
    /// Each value that was seen and how often, least first; `restored` makes the same histogram of them.
    [[nodiscard]] std::vector<std::pair<double, quint64>> values() const;
    [[nodiscard]] static Histogram restored(const std::vector<std::pair<double, quint64>>& values,
                                            double maxMs);

    [[nodiscard]] quint64 count() const { return m_count; }
    /// The value that `percent` % of all values do not exceed; 0 when nothing was measured.
    [[nodiscard]] double percentile(double percent) const;
    [[nodiscard]] double maxMs() const { return m_maxMs; }
    /// For drawing: bins of equal width on a logarithmic axis, `perDecade` to each factor of ten, from the
    /// first that holds something to the last.
    [[nodiscard]] std::vector<Bin> bins(int perDecade = 10) const;

private:
    // Below 256 µs each microsecond has its bucket; above, each power of two is cut in 128.
    static constexpr int exact = 256;
    static constexpr int perOctave = 128;
    static constexpr int octaves = 24;
    static constexpr int buckets = exact + octaves * perOctave;

    static int bucketOf(quint64 us);
    static double middleMs(int bucket);

    std::array<quint64, buckets> m_buckets{};
    quint64 m_count = 0;
    double m_maxMs = 0;
};

}  // namespace boardwalk::desktop
