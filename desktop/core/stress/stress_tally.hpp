#pragma once

#include <QElapsedTimer>

#include "desktop/core/stress/latency_trail.hpp"
#include "desktop/core/stress/report/stress_report.hpp"

namespace boardwalk::desktop {

/// What one test counts; all of its connections share it. Memory is bounded, but for one row a second.
class StressTally {
public:
    StressTally() { m_clock.start(); }

    /// Nanoseconds since the test's start, on a clock that never jumps.
    [[nodiscard]] qint64 nowNs() const { return m_clock.nsecsElapsed(); }

    void answered(int status, qint64 startNs);
    /// A request that got no answer, or 503, also after its retry. Its latency is not in the histogram, which
    /// is of answers.
    void failed(qint64 startNs);
    /// A browser has loaded its page, with all that belongs to it when `whole`.
    void visited(qint64 startNs, bool whole);
    /// Ends the CSV's rows of the seconds that are over. To be called often: each tells what is open now.
    void endSeconds(qint64 nowNs);
    /// Ends the last one, too. Before connections are closed.
    void finish(qint64 untilNs);
    void noteAnswer(qint64 untilNs, bool answered);

    RequestCounts requests;
    ErrorCounts errors;
    quint64 evictions = 0;
    int openNow = 0;
    Histogram latency;
    Histogram connect;
    Histogram pages;
    quint64 pagesBroken = 0;
    Silence silence;  ///< the longest time without an answer so far
    qint64 lastAnswerNs = 0;
    QMap<int, quint64> status;
    LatencyTrail recent{StressSnapshot::recentMax};
    LatencyTrail points{StressReport::pointsMax};
    std::vector<StressSecond> seconds;

private:
    void end(qint64 startNs, bool failed);
    void flushSecond();

    QElapsedTimer m_clock;
    StressSecond m_second;
    Histogram m_secondLatency;
};

}  // namespace boardwalk::desktop
