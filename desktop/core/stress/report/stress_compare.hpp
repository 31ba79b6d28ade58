#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace boardwalk::desktop {

/// What two tests are compared by. Nothing where nothing was measured.
struct RunFigures {
    QString mode;  ///< empty: not told, as by a CSV
    std::optional<double> perS;
    std::optional<double> p50Ms;
    std::optional<double> p99Ms;
    std::optional<double> maxMs;
    quint64 failed = 0;
    bool fromSeconds = false;  ///< perS, p50 and p99 are medians of the seconds: of a CSV
};

/// Of a report as JSON, or of its seconds as CSV. Nothing, with `error` set to one line, when it is neither.
[[nodiscard]] std::optional<RunFigures> readRunFigures(const QByteArray& text, QString& error);

struct RunComparison {
    QString text;        ///< a small table, and a line that says what came of it
    bool worse = false;  ///< B is beyond a limit, or more of its requests failed
};

/// `p99WorseMax`: how much of A's p99 B's may be longer, in percent; nothing: it is not judged.
[[nodiscard]] RunComparison compareRuns(const RunFigures& a, const RunFigures& b,
                                        std::optional<double> p99WorseMax);

/// `10%` or `10`. Nothing when it is no percentage from 0 to 100,000.
[[nodiscard]] std::optional<double> parsePercent(const QString& text);

}  // namespace boardwalk::desktop
