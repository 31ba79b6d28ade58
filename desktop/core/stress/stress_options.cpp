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
    return {};
}

QByteArray StressOptions::target() const {
    QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    // RFC 3986 §6.2.3: an empty path and `/` are the same. The board's address as people copy it has a `/`.
    if (path.isEmpty() || path == "/") path = mode == StressMode::Hold ? "/api/v1/info" : "/api/v1/state";
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
    }
    return {};
}

std::optional<StressMode> stressModeOf(const QString& name) {
    for (const StressMode mode : {StressMode::Closed, StressMode::Rate, StressMode::Hold})
        if (stressModeName(mode) == name) return mode;
    return std::nullopt;
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
