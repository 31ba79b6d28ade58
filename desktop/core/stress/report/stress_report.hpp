#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QMap>
#include <QMetaType>
#include <QString>
#include <optional>
#include <vector>

#include "desktop/core/stress/board_side.hpp"
#include "desktop/core/stress/histogram.hpp"
#include "desktop/core/stress/stress_options.hpp"

namespace boardwalk::desktop {

/// How the board took one connection: what was last seen of it.
enum class ConnectionState : quint8 {
    Waiting,     ///< not begun
    Connecting,  ///< SYN sent, and never open before
    Open,        ///< open, nothing answered on it yet
    Answered,    ///< its last request was answered; it may have been closed by agreement since
    Evicted,  ///< the board closed it: idle or slow (no failure), or before an answer's end (see ErrorCounts)
    Refused,  ///< ECONNREFUSED, or 503
    TimedOut,  ///< no connection, or no answer, in time
};

struct RequestCounts {
    quint64 sent = 0;    ///< requests begun; a retry is not counted again
    quint64 ok = 0;      ///< answered with a status below 500
    quint64 failed = 0;  ///< not answered, or with 5xx, after the retry
    quint64 retried = 0;
    quint64 cut = 0;  ///< turned away, as a board may: slow ones, streams beyond its places; no failures
};

/// What went wrong, counted each time that it was seen, also when a retry then healed it.
struct ErrorCounts {
    quint64 reset = 0;           ///< RST
    quint64 refused = 0;         ///< ECONNREFUSED or 503
    quint64 connectTimeout = 0;  ///< also a host that cannot be reached
    quint64 timeout = 0;         ///< connected, but no whole answer in time
    quint64 earlyClose = 0;      ///< closed before the answer's end, or an answer that is not HTTP
};

/// Connections by how they ended; the five add up to the connections asked for.
struct OutcomeCounts {
    int open = 0;
    int answered = 0;
    int evicted = 0;
    int refused = 0;
    int timedOut = 0;
};

/// One second of the test, the CSV's row.
struct StressSecond {
    int second = 0;
    quint64 requests = 0;  ///< answered in it
    quint64 failed = 0;
    double p50Ms = 0;
    double p99Ms = 0;
    double maxMs = 0;
    int open = 0;  ///< connections open at its end
};

/// A time in which no request was answered.
struct Silence {
    double fromS = 0;
    double toS = 0;
    bool ended = false;  ///< by an answer; else it lasted to the end of the test
};

/// One request, for the plot of latency over time.
struct LatencyPoint {
    double atS = 0;  ///< when it was answered or given up, from the test's start
    double ms = 0;
    bool failed = false;
};

/// What the user interface shows while the test runs; comes about ten times a second.
struct StressSnapshot {
    double elapsedS = 0;
    double durationS = 0;
    RequestCounts requests;
    ErrorCounts errors;
    OutcomeCounts outcome;    ///< as if the test ended now; connections not yet open count in none
    double requestsPerS = 0;  ///< over the last second
    quint64 evictions = 0;    ///< how often the board closed an idle connection
    int openNow = 0;          ///< TCP connections open at this moment
    std::vector<ConnectionState> connections;  ///< one each, in order
    /// Requests that ended since the last snapshot, oldest first. When there are too many the slower ones are
    /// kept, so that no stall is hidden.
    std::vector<LatencyPoint> recent;
    Histogram latency;
    Histogram connect;
    QMap<int, quint64> status;
    std::vector<StressSecond> seconds;  ///< that are over; none of a test longer than `secondsMax`
    double generatorShare = 0;
    BoardSide board;

    static constexpr std::size_t recentMax = 500;
    static constexpr qint64 secondsMax = 3600;
};

/// What came of a test.
struct StressReport {
    StressOptions options;
    QDateTime started;  ///< UTC
    double durationS = 0;
    RequestCounts requests;
    ErrorCounts errors;
    OutcomeCounts outcome;
    quint64 evictions = 0;  ///< how often the board closed an idle connection
    int openedOnce = 0;     ///< connections that were open at some time
    Histogram latency;
    Histogram connect;
    Histogram pages;            ///< StressMode::Browser: from the page's request to the last thing of it
    quint64 pagesBroken = 0;    ///< pages of which something was missing
    Silence silence;            ///< the longest
    double generatorShare = 0;  ///< of one processor's time, taken by the test itself
    BoardSide board;
    QMap<int, quint64> status;
    std::vector<LatencyPoint> points;  ///< over the whole test, at most pointsMax, thinned as `recent`
    std::vector<ConnectionState> connections;
    std::vector<StressSecond> seconds;
    bool stopped = false;      ///< by its user, before its time
    bool unknownHost = false;  ///< the URL's host has no address; nothing was tried

    static constexpr std::size_t pointsMax = 4000;
    static constexpr std::size_t keptPointsMax = 1000;  ///< in the JSON that keeps it

    static constexpr double silenceFromS = 1.5;  ///< a shorter one is not told in words

    /// Requests are under way at any time, so that a time without an answer says something of the board.
    [[nodiscard]] bool asksAllTheTime() const;
    /// The test took nearly all of a processor: a faster one might have seen more.
    [[nodiscard]] bool generatorLimits() const;
    /// Whether there was an answer, and no request went without.
    [[nodiscard]] bool good() const;
    /// One sentence for people.
    [[nodiscard]] QString verdict() const;
    /// The report of `boardwalk-stress --json`, all members always there; null where nothing was measured.
    [[nodiscard]] QByteArray toJson() const;
    /// The same with all that is drawn (a member `details`), for `fromJson`.
    [[nodiscard]] QByteArray toKeptJson() const;
    /// Nothing when this is no report that was kept. Whatever stands in it, what is made is bounded.
    [[nodiscard]] static std::optional<StressReport> fromJson(const QByteArray& json);
    /// One page for people, which needs no network: both sides over one time axis, light and dark.
    [[nodiscard]] QByteArray toHtml() const;
    /// A head and one row for each second; times are empty for one in which nothing was answered.
    [[nodiscard]] QByteArray toCsv() const;
    /// A small table for a terminal, with the verdict as its last line.
    [[nodiscard]] QString toText() const;
};

}  // namespace boardwalk::desktop

Q_DECLARE_METATYPE(boardwalk::desktop::StressSnapshot)
Q_DECLARE_METATYPE(boardwalk::desktop::StressReport)
