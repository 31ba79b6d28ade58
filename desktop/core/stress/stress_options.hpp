#pragma once

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QUrl>
#include <optional>

#include "desktop/core/sign_in/credential.hpp"

namespace boardwalk::desktop {

/// How load is made; `stressModeAbout` says each in words.
/// Closed: each connection sends its next request as soon as it has the last answer.
/// Rate: requests fall due on a clock, whatever the board does; each is timed from when it was due.
/// Hold: each connection sends one request, and then stays idle: a silent one would take no slot of a board.
/// Silent: each connection is opened and sends nothing.
/// Browser: each six connections are a browser that loads the page, its files, the API and the stream.
/// Slow: of two connections one reads a long answer slowly, and the other sends a request slowly.
enum class StressMode { Closed, Rate, Hold, Silent, Browser, Slow };

/// One kind of request of a mix: of all weights' sum, so many requests go there.
struct StressMixEntry {
    QByteArray target;  ///< path and query
    int weight = 1;
    bool operator==(const StressMixEntry&) const = default;
};

/// One test, as its user wants it.
struct StressOptions {
    static constexpr int connectionsMax = 512;
    static constexpr double rateMax = 100'000;
    static constexpr qint64 durationMsMax = 24LL * 3600 * 1000;
    static constexpr int connectionsPerBrowser = 6;
    static constexpr int browsersMax = connectionsMax / connectionsPerBrowser;
    static constexpr int slowBytesPerSMax = 100'000;
    static constexpr qsizetype mixEntriesMax = 32;

    QUrl url;
    QByteArray below;  ///< path of the board behind a proxy, without a slash at its end; empty: the host is
                       ///< the board
    StressMode mode = StressMode::Closed;
    int connections = 32;
    qint64 durationMs = 10'000;
    double ratePerS = 0;        ///< only in StressMode::Rate
    int slowBytesPerS = 100;    ///< only in StressMode::Slow
    QList<StressMixEntry> mix;  ///< in Closed and Rate, instead of the URL's path
    Credential credential;      ///< shown with each request; in no report
    bool watchBoard = false;    ///< asks the board once a second for its diagnostics, on a connection more
    qint64 connectTimeoutMs = 5'000;
    qint64 requestTimeoutMs = 10'000;  ///< from the last byte sent to the last byte read

    /// One line that says what is wrong, or empty. StressRun takes only options that pass.
    [[nodiscard]] QString problem() const;
    /// What is asked where the URL names no more than the board, from the board's root on.
    [[nodiscard]] QByteArray defaultTarget() const;
    /// The request's target: path and query of `url`; when the path is empty or `/`, what suits the mode:
    /// `/api/v1/state`, to hold `/api/v1/info`, for browsers `/`, to be read slowly `/api/v1/openapi.json`.
    [[nodiscard]] QByteArray target() const;
    /// The `Host` field (RFC 9112 §3.2): no port when it is 80, IPv6 in brackets.
    [[nodiscard]] QByteArray hostField() const;
    [[nodiscard]] quint16 port() const { return static_cast<quint16>(url.port(80)); }
};

/// The word of reports: closed, rate, hold, silent, browser, slow.
[[nodiscard]] QString stressModeName(StressMode mode);
[[nodiscard]] std::optional<StressMode> stressModeOf(const QString& name);
/// What it does to the board and what a good board shows, in one sentence.
[[nodiscard]] QString stressModeAbout(StressMode mode);

/// A mix is a text of lines `WEIGHT TARGET`, such as `7 /api/v1/state`; `#` begins a comment. Empty, with
/// `error` set to one line, when it is none.
[[nodiscard]] QList<StressMixEntry> parseStressMix(const QByteArray& text, QString& error);

/// `127.0.0.1:8080`, `http://board.local/path`. Empty, with `error` set to one line, when it is no HTTP URL.
[[nodiscard]] QUrl parseStressUrl(const QString& text, QString& error);

/// `500ms`, `10s`, `2m`, `1.5s`; a bare number is seconds. Milliseconds, or -1.
[[nodiscard]] qint64 parseDurationMs(const QString& text);

}  // namespace boardwalk::desktop

Q_DECLARE_METATYPE(boardwalk::desktop::StressOptions)
