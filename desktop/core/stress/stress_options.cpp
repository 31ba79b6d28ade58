#include "desktop/core/stress/stress_options.hpp"

#include <QHostAddress>
#include <QRegularExpression>
#include <cmath>

namespace boardwalk::desktop {

QString StressOptions::problem() const {
    if (!url.isValid() || url.host().isEmpty()) return QStringLiteral("no URL of a board");
    if (url.scheme() != u"http") return QStringLiteral("a test speaks http only, not %1").arg(url.scheme());
    if (connections < 1 || connections > connectionsMax)
        return QStringLiteral("connections must be 1 to %1").arg(connectionsMax);
    if (durationMs < 1 || durationMs > durationMsMax) return QStringLiteral("duration must be 1ms to 1440m");
    if (connectTimeoutMs < 1 || requestTimeoutMs < 1) return QStringLiteral("time-outs must be above 0");
    if (mode == StressMode::Rate && !(ratePerS > 0 && ratePerS <= rateMax))
        return QStringLiteral("rate must be above 0 and at most %1 a second").arg(rateMax, 0, 'f', 0);
    if (mode == StressMode::Slow && (slowBytesPerS < 1 || slowBytesPerS > slowBytesPerSMax))
        return QStringLiteral("slow must be 1 to %1 bytes a second").arg(slowBytesPerSMax);
    if (mode == StressMode::Browser && connections % connectionsPerBrowser != 0)
        return QStringLiteral("a browser has %1 connections").arg(connectionsPerBrowser);
    if (!mix.isEmpty() && mode != StressMode::Closed && mode != StressMode::Rate)
        return QStringLiteral("a mix is sent as fast as it is answered, or at a rate");
    return {};
}

QByteArray StressOptions::defaultTarget() const {
    switch (mode) {
        case StressMode::Hold: return "/api/v1/info";
        case StressMode::Browser: return "/";
        case StressMode::Slow: return "/api/v1/openapi.json";  // long: 37 KB
        default: return "/api/v1/state";
    }
}

QByteArray StressOptions::target() const {
    QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    // RFC 3986 §6.2.3: an empty path and `/` are the same. The board's address as people copy it has a `/`.
    if (path.isEmpty() || path == "/") path = defaultTarget();
    return url.hasQuery() ? path + '?' + url.query(QUrl::FullyEncoded).toLatin1() : path;
}

QByteArray StressOptions::hostField() const {
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':') && !host.startsWith('[')) host = '[' + host + ']';
    return port() == 80 ? host : host + ':' + QByteArray::number(port());
}

QString stressModeName(StressMode mode) {
    switch (mode) {
        case StressMode::Closed: return QStringLiteral("closed");
        case StressMode::Rate: return QStringLiteral("rate");
        case StressMode::Hold: return QStringLiteral("hold");
        case StressMode::Silent: return QStringLiteral("silent");
        case StressMode::Browser: return QStringLiteral("browser");
        case StressMode::Slow: return QStringLiteral("slow");
    }
    return {};
}

std::optional<StressMode> stressModeOf(const QString& name) {
    for (const StressMode mode : {StressMode::Closed, StressMode::Rate, StressMode::Hold, StressMode::Silent,
                                  StressMode::Browser, StressMode::Slow})
        if (stressModeName(mode) == name) return mode;
    return std::nullopt;
}

QString stressModeAbout(StressMode mode) {
    switch (mode) {
        case StressMode::Closed:
            return QStringLiteral(
                "Each connection asks again as soon as it is answered; a good board answers all of them, in "
                "turns when there are more than it has slots.");
        case StressMode::Rate:
            return QStringLiteral(
                "Requests fall due on a clock and are timed from then, so that a stall is not hidden; a good "
                "board keeps up, and its p99 stays flat.");
        case StressMode::Hold:
            return QStringLiteral(
                "Each connection asks once and stays idle, which fills the slots; a good board answers all, "
                "and "
                "recycles the longest idle for the next.");
        case StressMode::Silent:
            return QStringLiteral(
                "Connections that send nothing, as a port scan leaves them; a good board gives them no slot, "
                "and answers others as ever.");
        case StressMode::Browser:
            return QStringLiteral(
                "Browsers of six connections load the page, its files, the API and the stream again and "
                "again; "
                "a good board completes every page.");
        case StressMode::Slow:
            return QStringLiteral(
                "Half of the connections read slowly, half send slowly; a good board ends those that hold up "
                "others, and answers a client beside them at once.");
    }
    return {};
}

QList<StressMixEntry> parseStressMix(const QByteArray& text, QString& error) {
    static const QRegularExpression shape(QStringLiteral("\\A(\\d{1,4})\\s+(/[!-~]{0,1023})\\z"));
    QList<StressMixEntry> mix;
    const QList<QByteArray> lines = text.split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString line = QString::fromUtf8(lines[i].split('#').first().trimmed());
        if (line.isEmpty()) continue;
        const auto match = shape.match(line);
        const int weight = match.captured(1).toInt();
        if (!match.hasMatch() || weight < 1 || mix.size() == StressOptions::mixEntriesMax) {
            error =
                mix.size() == StressOptions::mixEntriesMax
                    ? QStringLiteral("more than %1 lines").arg(StressOptions::mixEntriesMax)
                    : QStringLiteral("line %1 is not `WEIGHT TARGET`, such as `7 /api/v1/state`").arg(i + 1);
            return {};
        }
        mix.append({match.captured(2).toLatin1(), weight});
    }
    if (mix.isEmpty()) error = QStringLiteral("no line of it is `WEIGHT TARGET`");
    return mix;
}

QUrl parseStressUrl(const QString& text, QString& error) {
    const QString typed = text.trimmed();
    const QUrl url(typed.contains(QStringLiteral("://")) ? typed : QStringLiteral("http://") + typed,
                   QUrl::StrictMode);
    error.clear();
    if (!url.isValid() || url.host().isEmpty() || url.port(80) == 0)
        error = QStringLiteral("'%1' is not the URL of a board, such as http://192.0.2.7/").arg(text);
    else if (url.scheme() != u"http") error = QStringLiteral("'%1': only http is spoken").arg(text);
    else if (!url.userInfo().isEmpty())
        error = QStringLiteral("'%1': a user name in the URL is not sent").arg(text);
    return error.isEmpty() ? url : QUrl();
}

qint64 parseDurationMs(const QString& text) {
    static const QRegularExpression shape(QStringLiteral("\\A(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m)?\\z"));
    const auto match = shape.match(text.trimmed());
    if (!match.hasMatch()) return -1;
    const QString unit = match.captured(2);
    const double factor = unit == u"ms" ? 1 : unit == u"m" ? 60'000 : 1000;
    return std::llround(match.captured(1).toDouble() * factor);
}

}  // namespace boardwalk::desktop
