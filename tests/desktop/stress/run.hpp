#pragma once

#include <QEventLoop>
#include <QTimer>
#include <functional>
#include <string>
#include <utility>

#include "desktop/core/stress/engine/stress_run.hpp"
#include "tests/desktop/stress/peer.hpp"

namespace boardwalk::desktop::test {

inline StressOptions optionsFor(const QUrl& url, int connections = 4, qint64 durationMs = 300) {
    StressOptions options;
    options.url = url;
    options.connections = connections;
    options.durationMs = durationMs;
    options.connectTimeoutMs = 400;
    options.requestTimeoutMs = 400;
    return options;
}

/// The same beside a client that asks the board what it says of itself.
inline StressOptions watched(const QUrl& url, StressMode mode, int connections, qint64 durationMs) {
    StressOptions options = optionsFor(url, connections, durationMs);
    options.connectTimeoutMs = 2000;
    options.requestTimeoutMs = 4000;
    options.mode = mode;
    options.ratePerS = 100;
    options.slowBytesPerS = 100;
    options.watchBoard = true;
    return options;
}

inline std::string said(const StressReport& report) { return report.toText().toStdString(); }

/// A real event loop: QTest::qWaitFor() sleeps 10 ms at a time, and the peer would stall in each.
/// `begun` is called once the load has begun: with a watched board that is not when the test is started.
inline StressReport runTest(const StressOptions& options, const std::function<void()>& begun = {}) {
    StressRun run;
    StressReport report;
    QEventLoop loop;
    bool done = false;
    QObject::connect(&run, &StressRun::finished, &loop, [&](const StressReport& made) {
        report = made;
        done = true;
        loop.quit();
    });
    bool told = false;
    QObject::connect(&run, &StressRun::progress, &loop, [&](const StressSnapshot& shot) {
        if (begun && shot.elapsedS > 0 && !std::exchange(told, true)) begun();
    });
    QTimer::singleShot(25'000, &loop, &QEventLoop::quit);
    if (run.start(options)) loop.exec();
    if (!done) qFatal("the test did not end");
    return report;
}

inline void answers(QTcpSocket& socket, int) { socket.write(Peer::answer()); }

inline quint64 errorsOf(const StressReport& report) {
    const ErrorCounts& errors = report.errors;
    return errors.reset + errors.refused + errors.connectTimeout + errors.timeout + errors.earlyClose;
}

}  // namespace boardwalk::desktop::test
