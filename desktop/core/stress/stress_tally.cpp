#include "desktop/core/stress/stress_tally.hpp"

namespace boardwalk::desktop {

void StressTally::answered(int answeredStatus, qint64 startNs) {
    ++status[answeredStatus];
    const bool good = answeredStatus < 500;
    ++(good ? requests.ok : requests.failed);
    end(startNs, !good);
}

void StressTally::failed(qint64 startNs) {
    ++requests.failed;
    end(startNs, true);
}

void StressTally::visited(qint64 startNs, bool whole) {
    if (whole) pages.add(static_cast<double>(nowNs() - startNs) / 1e6);
    else ++pagesBroken;
}

/// `untilNs`: now, when an answer has come or the test ends.
void StressTally::noteAnswer(qint64 untilNs, bool answered) {
    const double from = static_cast<double>(lastAnswerNs) / 1e9;
    const double to = static_cast<double>(untilNs) / 1e9;
    if (to - from > silence.toS - silence.fromS) silence = {from, to, answered};
    lastAnswerNs = untilNs;
}

void StressTally::end(qint64 startNs, bool failed) {
    const qint64 now = nowNs();
    const double ms = static_cast<double>(now - startNs) / 1e6;
    const LatencyPoint point{static_cast<double>(now) / 1e9, ms, failed};
    recent.add(point);
    points.add(point);
    endSeconds(now);
    ++(failed ? m_second.failed : m_second.requests);
    if (failed) return;
    noteAnswer(now, true);
    latency.add(ms);
    m_secondLatency.add(ms);
}

void StressTally::endSeconds(qint64 nowNs) {
    while (m_second.second < nowNs / 1'000'000'000)
        flushSecond();
}

void StressTally::finish(qint64 untilNs) {
    endSeconds(untilNs - 1);
    flushSecond();
}

void StressTally::flushSecond() {
    m_second.p50Ms = m_secondLatency.percentile(50);
    m_second.p99Ms = m_secondLatency.percentile(99);
    m_second.maxMs = m_secondLatency.maxMs();
    m_second.open = openNow;
    seconds.push_back(m_second);
    m_second = StressSecond{m_second.second + 1};
    m_secondLatency = {};
}

}  // namespace boardwalk::desktop
