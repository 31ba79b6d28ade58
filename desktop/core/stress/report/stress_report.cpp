#include "desktop/core/stress/report/stress_report.hpp"

#include <QLocale>
#include <QStringList>
#include <algorithm>

namespace boardwalk::desktop {

namespace {

/// 3.2 ms, 0.21 ms, 1240 ms: two or three digits, as far as a person reads them.
QString inMs(double ms) {
    const int decimals = ms < 1 ? 2 : ms < 100 ? 1 : 0;
    return QStringLiteral("%1 ms").arg(ms, 0, 'f', decimals);
}

/// 19,148: as people write it, in the language of the sentence.
QString grouped(quint64 count) { return QLocale(QLocale::English).toString(count); }

QString reasons(const StressReport& report) {
    QStringList said;
    const auto say = [&](quint64 count, const char* what) {
        if (count > 0) said += QStringLiteral("%1 %2").arg(grouped(count), QLatin1String(what));
    };
    say(report.errors.refused, "refused");
    say(report.errors.reset, "reset");
    say(report.errors.earlyClose, "closed too early");
    say(report.errors.timeout, "timed out");
    say(report.errors.connectTimeout, "could not connect in time");
    quint64 serverErrors = 0;
    for (auto it = report.status.begin(); it != report.status.end(); ++it)
        if (it.key() >= 500 && it.key() != 503) serverErrors += it.value();
    say(serverErrors, "answered with an error of the server");
    return said.join(QStringLiteral(", "));
}

/// `3.2 s`
QString at(double seconds) { return QStringLiteral("%1 s").arg(seconds, 0, 'f', 1); }

QString holdVerdict(const StressReport& report) {
    const int asked = report.options.connections;
    QStringList rest;
    const auto were = [](qint64 count) {
        return count == 1 ? QStringLiteral("1 was") : QStringLiteral("%1 were").arg(count);
    };
    if (report.outcome.evicted > 0)
        rest += were(report.outcome.evicted) + QStringLiteral(" recycled while idle, as they should be");
    if (report.outcome.answered > 0)
        rest += were(report.outcome.answered) + QStringLiteral(" answered and closed");
    if (report.outcome.refused > 0) rest += were(report.outcome.refused) + QStringLiteral(" refused");
    if (report.outcome.timedOut > 0)
        rest += QStringLiteral("%1 had no answer in time").arg(report.outcome.timedOut);
    const QString stayed = QStringLiteral("%1 of %2 connections were answered and stayed open")
                               .arg(report.outcome.open)
                               .arg(asked);
    return rest.isEmpty()
               ? stayed + QLatin1Char('.')
               : stayed + QStringLiteral("; ") + rest.join(QStringLiteral(", ")) + QLatin1Char('.');
}

/// What a client saw that did nothing wrong, beside those of the test.
QString besideVerdict(const StressReport& report) {
    if (!report.board.known())
        return QStringLiteral(
            " Nothing there answered as a board does: whether others were served meanwhile is not known.");
    const auto slowest = report.board.slowestAnswerMs();
    if (!slowest) return {};
    return QStringLiteral(" A client beside them was answered within %1 at the most.").arg(inMs(*slowest));
}

QString silentVerdict(const StressReport& report) {
    if (report.openedOnce == 0) return QStringLiteral("No connection could be opened.");
    QString text = QStringLiteral("%1 of %2 connections that sent nothing were open at the end")
                       .arg(report.outcome.open)
                       .arg(report.options.connections);
    if (report.outcome.evicted > 0)
        text += QStringLiteral("; the board closed %1, as it may").arg(report.outcome.evicted);
    if (report.board.known())
        text += QStringLiteral("; at most %1 of its %2 slots were taken at once")
                    .arg(report.board.peakConnections())
                    .arg(report.board.slotsMax);
    return text + QLatin1Char('.') + besideVerdict(report);
}

QString slowVerdict(const StressReport& report) {
    if (report.openedOnce == 0) return QStringLiteral("No connection could be opened.");
    return QStringLiteral("The board ended %1 slow requests, as it may, and let %2 come to their end.")
               .arg(grouped(report.requests.cut), grouped(report.requests.ok)) +
           besideVerdict(report);
}

QString browserVerdict(const StressReport& report) {
    const quint64 whole = report.pages.count();
    if (whole == 0) return QStringLiteral("No page was loaded whole (seen: %1).").arg(reasons(report));
    QString text = report.pagesBroken == 0
                       ? QStringLiteral("All %1 pages were loaded whole").arg(grouped(whole))
                       : QStringLiteral("%1 pages were loaded whole, %2 were not")
                             .arg(grouped(whole), grouped(report.pagesBroken));
    text += QStringLiteral(": half within %1, 99 % within %2, the slowest in %3")
                .arg(inMs(report.pages.percentile(50)), inMs(report.pages.percentile(99)),
                     inMs(report.pages.maxMs()));
    if (report.requests.cut > 0)
        text += QStringLiteral("; %1 of them without a live stream, of which the board had no more")
                    .arg(grouped(report.requests.cut));
    return text + QLatin1Char('.');
}

/// When the board said nothing: from its client, who asked all the time, or from the one beside a test that
/// is silent itself.
QString silenceVerdict(const StressReport& report) {
    for (const BoardSecond& each : report.board.seconds)
        if (each.restarted) return QStringLiteral("The board restarted before %1. ").arg(at(each.atS));
    Silence silence = report.silence;
    if (!report.asksAllTheTime()) {
        silence = {};
        for (const BoardSecond& each : report.board.seconds) {
            if (each.answeredMs) {
                silence.ended = true;
                if (silence.toS <= silence.fromS) silence = {each.atS, each.atS, true};
            } else {
                silence.toS = each.atS + 1;
                silence.ended = false;
            }
        }
    }
    if (silence.toS - silence.fromS < StressReport::silenceFromS) return {};
    if (report.requests.ok == 0 && !report.board.known()) return {};
    return silence.ended ? QStringLiteral("The board answered nothing from %1 to %2. ")
                               .arg(at(silence.fromS), at(silence.toS))
                         : QStringLiteral("The board stopped answering at %1. ").arg(at(silence.fromS));
}

QString bottleneck(const StressReport& report) {
    if (!report.generatorLimits()) return {};
    return QStringLiteral(" The test itself was the bottleneck: it took %1 % of a processor.")
        .arg(report.generatorShare * 100, 0, 'f', 0);
}

QString goodVerdict(const StressReport& report) {
    QString text = report.requests.sent == 1
                       ? QStringLiteral("The one request was answered")
                       : QStringLiteral("All %1 requests were answered").arg(grouped(report.requests.sent));
    text += QStringLiteral(": half within %1, 99 % within %2, the slowest in %3")
                .arg(inMs(report.latency.percentile(50)), inMs(report.latency.percentile(99)),
                     inMs(report.latency.maxMs()));
    if (report.requests.retried > 0)
        text += QStringLiteral("; %1 of them on a second try").arg(grouped(report.requests.retried));
    if (report.evictions > 0)
        text += report.evictions == 1
                    ? QStringLiteral("; one idle connection was recycled, as it should be")
                    : QStringLiteral("; idle connections were recycled %1 times, as they should be")
                          .arg(grouped(report.evictions));
    quint64 clientErrors = 0;
    for (auto it = report.status.begin(); it != report.status.end(); ++it)
        if (it.key() >= 400) clientErrors += it.value();
    if (clientErrors > 0)
        text += QStringLiteral("; but %1 with a status of 400 or above").arg(grouped(clientErrors));
    return text + QLatin1Char('.');
}

}  // namespace

bool StressReport::asksAllTheTime() const {
    return options.mode == StressMode::Closed || options.mode == StressMode::Browser ||
           (options.mode == StressMode::Rate && options.ratePerS >= 2);
}

bool StressReport::generatorLimits() const { return generatorShare >= 0.9 && durationS >= 1; }

bool StressReport::good() const {
    if (unknownHost || requests.failed > 0 || pagesBroken > 0) return false;
    if (options.mode != StressMode::Silent && options.mode != StressMode::Slow) return requests.ok > 0;
    const auto& asked = board.seconds;
    return openedOnce > 0 && board.known() &&
           std::all_of(asked.begin(), asked.end(), [](const auto& each) { return each.answeredMs; });
}

QString StressReport::verdict() const {
    if (unknownHost) return QStringLiteral("There is no host of the name %1.").arg(options.url.host());
    const QString begin = (stopped ? QStringLiteral("Stopped early. ") : QString()) + silenceVerdict(*this);
    switch (options.mode) {
        case StressMode::Hold: return begin + holdVerdict(*this);
        case StressMode::Silent: return begin + silentVerdict(*this);
        case StressMode::Slow: return begin + slowVerdict(*this);
        case StressMode::Browser: return begin + browserVerdict(*this) + bottleneck(*this);
        case StressMode::Closed:
        case StressMode::Rate: break;
    }
    if (requests.sent == 0) return begin + QStringLiteral("No request was answered.");
    if (good()) return begin + goodVerdict(*this) + bottleneck(*this);
    const QString counts = requests.ok == 0 ? QStringLiteral("No request was answered")
                                            : QStringLiteral("%1 of %2 requests failed")
                                                  .arg(grouped(requests.failed), grouped(requests.sent));
    return begin + QStringLiteral("%1 (seen: %2).").arg(counts, reasons(*this)) + bottleneck(*this);
}

}  // namespace boardwalk::desktop
