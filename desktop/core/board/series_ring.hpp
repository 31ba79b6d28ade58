#pragma once

#include <QtGlobal>
#include <limits>
#include <vector>

namespace boardwalk::desktop {

/// One point of a series. A reading that was not available is a NaN: the line has a gap there.
struct Sample {
    qint64 uptime_ms = 0;  ///< below 0: so long before this start of the board
    double value = std::numeric_limits<double>::quiet_NaN();
};

/// The newest samples of one reading, oldest first, in strictly rising time. Bounded: the oldest give way.
class SeriesRing {
public:
    /// An hour of a board's samples at four a second, in 256 KB.
    static constexpr int samples_max = 16384;

    explicit SeriesRing(int capacity = samples_max) : m_capacity(capacity) {}

    /// Ignored when it is not newer than the last one: history and live samples overlap.
    void append(Sample sample);

    /// Takes what the board itself recorded. Over the time that `history` covers it replaces our samples,
    /// whose times are estimates; before and after it ours stay.
    void merge(const std::vector<Sample>& history);

    /// The clock of the samples was set: what was at `t` is at `t + by_ms` from now on.
    void shift(qint64 by_ms);
    void clear();

    [[nodiscard]] int size() const { return int(m_samples.size()); }
    [[nodiscard]] bool isEmpty() const { return m_samples.empty(); }
    [[nodiscard]] const Sample& at(int index) const;
    [[nodiscard]] const Sample& last() const { return at(size() - 1); }

    /// Index of the first sample at or after `uptime_ms`; `size()` when there is none.
    [[nodiscard]] int lowerBound(qint64 uptime_ms) const;
    /// What is drawn at this time: the value of the sample nearest to it, and a NaN where the line has a gap,
    /// or has not begun.
    [[nodiscard]] double valueAt(qint64 uptime_ms) const;

private:
    int m_capacity;
    std::size_t m_head = 0;  ///< where the oldest sample lies once the ring is full
    std::vector<Sample> m_samples;
};

}  // namespace boardwalk::desktop
