#include "desktop/core/stress/stress_report.hpp"

#include <QLocale>
#include <QStringList>

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

QString holdVerdict(const StressReport& report) {
    const int asked = report.options.connections;
    QStringList rest;
    if (report.outcome.answered > 0)
        rest += QStringLiteral("%1 were answered and closed").arg(report.outcome.answered);
    if (report.outcome.evicted > 0)
        rest += QStringLiteral("the board closed %1 that were idle").arg(report.outcome.evicted);
    if (report.outcome.refused > 0) rest += QStringLiteral("%1 were refused").arg(report.outcome.refused);
    if (report.outcome.timedOut > 0)
        rest += QStringLiteral("%1 had no answer in time").arg(report.outcome.timedOut);
    const QString stayed = QStringLiteral("%1 of %2 connections were answered and stayed open")
                               .arg(report.outcome.open)
                               .arg(asked);
    return rest.isEmpty()
               ? stayed + QLatin1Char('.')
               : stayed + QStringLiteral("; ") + rest.join(QStringLiteral(", ")) + QLatin1Char('.');
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
    quint64 clientErrors = 0;
    for (auto it = report.status.begin(); it != report.status.end(); ++it)
        if (it.key() >= 400) clientErrors += it.value();
    if (clientErrors > 0)
        text += QStringLiteral("; but %1 with a status of 400 or above").arg(grouped(clientErrors));
    return text + QLatin1Char('.');
}

}  // namespace

bool StressReport::good() const {
    if (unknownHost || requests.failed > 0) return false;
    return requests.ok > 0;
}

QString StressReport::verdict() const {
    const QString early = stopped ? QStringLiteral("Stopped early. ") : QString();
    if (unknownHost) return QStringLiteral("There is no host of the name %1.").arg(options.url.host());
    if (options.mode == StressMode::Hold) return early + holdVerdict(*this);
    if (requests.sent == 0) return early + QStringLiteral("No request was answered.");
    if (good()) return early + goodVerdict(*this);
    const QString counts = requests.ok == 0 ? QStringLiteral("No request was answered")
                                            : QStringLiteral("%1 of %2 requests failed")
                                                  .arg(grouped(requests.failed), grouped(requests.sent));
    return early + QStringLiteral("%1 (seen: %2).").arg(counts, reasons(*this));
}

}  // namespace boardwalk::desktop
