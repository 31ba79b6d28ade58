#pragma once

#include <QMetaType>
#include <QString>
#include <QUrl>
#include <optional>

namespace boardwalk::desktop {

/// How load is made.
/// Closed: each connection sends its next request as soon as it has the last answer.
/// Rate: requests fall due on a clock, whatever the board does; each is timed from when it was due.
/// Hold: each connection sends one request, and then stays idle: a silent one would take no slot of a board.
enum class StressMode { Closed, Rate, Hold };

/// One test, as its user wants it.
struct StressOptions {
    static constexpr int connectionsMax = 512;
    static constexpr double rateMax = 100'000;
    static constexpr qint64 durationMsMax = 24LL * 3600 * 1000;

    QUrl url;
    StressMode mode = StressMode::Closed;
    int connections = 32;
    qint64 durationMs = 10'000;
    double ratePerS = 0;  ///< only in StressMode::Rate
    qint64 connectTimeoutMs = 5'000;
    qint64 requestTimeoutMs = 10'000;  ///< from the last byte sent to the last byte read

    /// One line that says what is wrong, or empty. StressRun takes only options that pass.
    [[nodiscard]] QString problem() const;
    /// The request's target: path and query of `url`; when the path is empty or `/`, `/api/v1/state`, in
    /// StressMode::Hold `/api/v1/info`.
    [[nodiscard]] QByteArray target() const;
    /// The `Host` field (RFC 9112 §3.2): no port when it is 80, IPv6 in brackets.
    [[nodiscard]] QByteArray hostField() const;
    [[nodiscard]] quint16 port() const { return static_cast<quint16>(url.port(80)); }
};

/// The word of reports: closed, rate, hold.
[[nodiscard]] QString stressModeName(StressMode mode);
[[nodiscard]] std::optional<StressMode> stressModeOf(const QString& name);

/// `127.0.0.1:8080`, `http://board.local/path`. Empty, with `error` set to one line, when it is no HTTP URL.
[[nodiscard]] QUrl parseStressUrl(const QString& text, QString& error);

/// `500ms`, `10s`, `2m`, `1.5s`; a bare number is seconds. Milliseconds, or -1.
[[nodiscard]] qint64 parseDurationMs(const QString& text);

}  // namespace boardwalk::desktop

Q_DECLARE_METATYPE(boardwalk::desktop::StressOptions)
