#include <QEventLoop>
#include <QHostInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>
#include <QtTest/QtTest>

#include "desktop/core/stress/stress_run.hpp"
#include "tests/desktop/stress/peer.hpp"

using namespace boardwalk::desktop;
using test::Peer;

namespace {

StressOptions optionsFor(const QUrl& url, int connections = 4, qint64 durationMs = 300) {
    StressOptions options;
    options.url = url;
    options.connections = connections;
    options.durationMs = durationMs;
    options.connectTimeoutMs = 400;
    options.requestTimeoutMs = 400;
    return options;
}

/// A real event loop: QTest::qWaitFor() sleeps 10 ms at a time, and the peer would stall in each.
StressReport runTest(const StressOptions& options) {
    StressRun run;
    StressReport report;
    QEventLoop loop;
    bool done = false;
    QObject::connect(&run, &StressRun::finished, &loop, [&](const StressReport& made) {
        report = made;
        done = true;
        loop.quit();
    });
    QTimer::singleShot(15'000, &loop, &QEventLoop::quit);
    if (run.start(options)) loop.exec();
    if (!done) qFatal("the test did not end");
    return report;
}

void answers(QTcpSocket& socket, int) { socket.write(Peer::answer()); }

int sum(const OutcomeCounts& outcome) {
    return outcome.open + outcome.answered + outcome.evicted + outcome.refused + outcome.timed_out;
}

quint64 errorsOf(const StressReport& report) {
    const ErrorCounts& errors = report.errors;
    return errors.reset + errors.refused + errors.connect_timeout + errors.timeout + errors.early_close;
}

}  // namespace

class StressRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPeerThatAnswersGetsRequestsOnTheSameConnections() {
        Peer peer(answers);
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(report.good());
        QVERIFY(report.requests.ok > 100);
        QCOMPARE(report.requests.sent, report.requests.ok);
        QCOMPARE(peer.requests(), static_cast<int>(report.requests.sent));
        QCOMPARE(peer.connections(), 4);
        QCOMPARE(report.outcome.answered, 4);
        QCOMPARE(report.status.value(200), report.requests.ok);
        QCOMPARE(report.connect.count(), quint64{4});
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void theRequestNamesItsHostAndPath() {
        Peer peer(answers);
        QUrl url = peer.url();
        url.setPath(QStringLiteral("/api/v1/info"));
        runTest(optionsFor(url, 1, 50));
        QVERIFY(peer.lastHead().startsWith("GET /api/v1/info HTTP/1.1\r\nHost: 127.0.0.1:"));
    }
    void aChunkedAnswerInPiecesIsAnAnswer() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab");
            socket.flush();
            QTimer::singleShot(5, &socket, [&socket] { socket.write("cd\r\n0\r\n\r\n"); });
        });
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(report.good());
        QCOMPARE(peer.connections(), 4);
        QVERIFY(report.latency.percentile(50) >= 4.5);
    }
    void anAnswerThatEndsWithTheConnectionIsAnAnswer() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write("HTTP/1.1 200 OK\r\n\r\nsome");
            socket.disconnectFromHost();
        });
        const StressReport report = runTest(optionsFor(peer.url(), 2));
        QVERIFY(report.good());
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void aConnectionClosedByAgreementIsOpenedAgain() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer("{}", "200 OK", "Connection: close\r\n"));
            socket.disconnectFromHost();
        });
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(report.good());
        QVERIFY(report.requests.ok > 8);
        QCOMPARE(report.requests.retried, quint64{0});
        QCOMPARE(report.evictions, quint64{0});
        QCOMPARE(report.outcome.answered, 4);
    }
    void aBoardThatAnswers503HasRefused() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer("", "503 Busy", "Retry-After: 1\r\n"));
        });
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(!report.good());
        QCOMPARE(report.requests.failed, report.requests.sent);
        QCOMPARE(report.errors.refused, 2 * report.requests.sent);
        QCOMPARE(report.outcome.refused, 4);
        QCOMPARE(report.requests.retried, report.requests.sent);
    }
    void aRequestRefusedOnceAndThenAnsweredHasNotFailed() {
        int count = 0;
        Peer peer([&](QTcpSocket& socket, int) {
            socket.write(++count == 1 ? Peer::answer("", "503 Busy") : Peer::answer());
        });
        const StressReport report = runTest(optionsFor(peer.url(), 1));
        QVERIFY(report.good());
        QCOMPARE(report.requests.retried, quint64{1});
        QCOMPARE(report.errors.refused, quint64{1});
        QVERIFY(report.latency.maxMs() >= 200);  // the wait belongs to the request
    }
    void aPortThatNobodyListensOnHasRefused() {
        QUrl url;
        {
            Peer peer(answers);
            url = peer.url();
        }
        const StressReport report = runTest(optionsFor(url));
        QVERIFY(!report.good());
        QCOMPARE(report.requests.failed, report.requests.sent);
        QVERIFY(report.errors.refused > 0);
        QCOMPARE(report.errors.refused, errorsOf(report));
        QCOMPARE(report.outcome.refused, 4);
    }
    void aResetIsToldFromAClose() {
        Peer resets([](QTcpSocket& socket, int) { Peer::reset(socket); });
        const StressReport reset = runTest(optionsFor(resets.url()));
        QVERIFY(!reset.good());
        QVERIFY(reset.errors.reset > 0);
        QCOMPARE(reset.errors.reset, errorsOf(reset));

        Peer closes([](QTcpSocket& socket, int) { socket.disconnectFromHost(); });
        const StressReport closed = runTest(optionsFor(closes.url()));
        QVERIFY(!closed.good());
        QVERIFY(closed.errors.early_close > 0);
        QCOMPARE(closed.errors.early_close, errorsOf(closed));
    }
    void anAnswerCutInItsBodyIsAnEarlyClose() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
            socket.disconnectFromHost();
        });
        const StressReport report = runTest(optionsFor(peer.url(), 1));
        QVERIFY(!report.good());
        QCOMPARE(report.errors.early_close, errorsOf(report));
        QCOMPARE(report.errors.early_close, 2 * report.requests.failed);
    }
    void aPeerThatNeverAnswersTimesOutAndTheTestEnds() {
        Peer peer([](QTcpSocket&, int) {});
        const StressReport report = runTest(optionsFor(peer.url(), 3, 100));
        QVERIFY(!report.good());
        QCOMPARE(report.requests.failed, quint64{3});
        QCOMPARE(report.errors.timeout, quint64{3});
        QCOMPARE(report.requests.retried, quint64{0});
        QCOMPARE(report.outcome.timed_out, 3);
    }
    void anIdleConnectionThatIsRecycledIsNoFailure() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer());
            QTimer::singleShot(5, &socket, [&socket] { socket.disconnectFromHost(); });
        });
        StressOptions options = optionsFor(peer.url(), 2, 600);
        options.mode = StressMode::Rate;
        options.ratePerS = 20;
        const StressReport report = runTest(options);
        QVERIFY(report.good());
        QCOMPARE(errorsOf(report), quint64{0});
        QVERIFY(report.evictions > 0);
        QVERIFY(report.outcome.evicted > 0);
        QCOMPARE(report.requests.ok, quint64{12});
    }
    void aRequestThatMeetsTheCloseOfAnIdleConnectionIsSentAgain() {
        Peer peer([](QTcpSocket& socket, int request) {
            if (request == 2) Peer::reset(socket);  // as if it had crossed with the close
            else socket.write(Peer::answer());
        });
        const StressReport report = runTest(optionsFor(peer.url(), 1, 100));
        QVERIFY(report.good());
        QVERIFY(report.requests.retried > 0);
        QCOMPARE(report.evictions, report.requests.retried);
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void aFixedRateIsKept() {
        Peer peer(answers);
        StressOptions options = optionsFor(peer.url(), 4, 500);
        options.mode = StressMode::Rate;
        options.ratePerS = 200;
        const StressReport report = runTest(options);
        QVERIFY(report.good());
        QCOMPARE(report.requests.sent, quint64{100});
    }
    void aFixedRateHidesNoStall() {
        // One stall of 300 ms on one connection. A closed loop would see one slow request; at 100 a second
        // thirty were due meanwhile.
        bool stalled = false;
        Peer peer([&](QTcpSocket& socket, int request) {
            if (request != 20 || std::exchange(stalled, true)) return answers(socket, request);
            QTimer::singleShot(300, Qt::PreciseTimer, &socket, [&socket] { answers(socket, 0); });
        });
        StressOptions options = optionsFor(peer.url(), 1, 1000);
        options.mode = StressMode::Rate;
        options.ratePerS = 100;
        const StressReport report = runTest(options);
        QVERIFY2(report.good(), qPrintable(report.toText()));
        QCOMPARE(report.requests.ok, quint64{100});
        QVERIFY(report.latency.maxMs() >= 290);
        quint64 slow = 0;
        for (const LatencyPoint& point : report.points)
            slow += point.ms > 50 ? 1 : 0;
        QVERIFY2(slow >= 20, qPrintable(QString::number(slow)));
    }
    void whatIsDueAndNeverSentHasTimedOut() {
        Peer peer([](QTcpSocket&, int) {});
        StressOptions options = optionsFor(peer.url(), 1, 300);
        options.mode = StressMode::Rate;
        options.ratePerS = 50;
        const StressReport report = runTest(options);
        QCOMPARE(report.requests.sent, quint64{15});
        QCOMPARE(report.requests.failed, quint64{15});
    }
    void heldConnectionsSendNothingAndStay() {
        Peer peer(answers);
        StressOptions options = optionsFor(peer.url(), 8);
        options.mode = StressMode::Hold;
        const StressReport report = runTest(options);
        QVERIFY(report.good());
        QCOMPARE(peer.requests(), 0);
        QCOMPARE(report.outcome.open, 8);
        QCOMPARE(report.requests.sent, quint64{0});
    }
    void heldConnectionsThatTheBoardClosesAreEvicted() {
        Peer peer(answers);
        peer.onConnection = [](QTcpSocket& socket) {
            QTimer::singleShot(20, &socket, [&socket] { socket.disconnectFromHost(); });
        };
        StressOptions options = optionsFor(peer.url(), 8);
        options.mode = StressMode::Hold;
        const StressReport report = runTest(options);
        QVERIFY(report.good());
        QCOMPARE(report.outcome.evicted, 8);
        QCOMPARE(peer.connections(), 8);  // none came back to push another out
    }
    void aHeldConnectionThatIsTold503IsRefused() {
        Peer peer(answers);
        peer.onConnection = [](QTcpSocket& socket) {
            socket.write(Peer::answer("", "503 Full", "Connection: close\r\n"));
            socket.disconnectFromHost();
        };
        StressOptions options = optionsFor(peer.url(), 3);
        options.mode = StressMode::Hold;
        QCOMPARE(runTest(options).outcome.refused, 3);
    }
    void connectionsOpenOneAfterAnotherBecauseABacklogIsShort() {
        Peer peer(answers);
        StressOptions options = optionsFor(peer.url(), 40, 15'000);
        options.mode = StressMode::Hold;
        StressRun run;
        QEventLoop loop;
        QObject::connect(&run, &StressRun::finished, &loop, &QEventLoop::quit);
        QElapsedTimer clock;
        qint64 lastOpenedMs = 0;
        peer.onConnection = [&](QTcpSocket&) {
            lastOpenedMs = clock.elapsed();
            if (peer.connections() == 40) run.stop();
        };
        clock.start();
        QVERIFY(run.start(options));
        loop.exec();
        QCOMPARE(peer.connections(), 40);
        QVERIFY2(lastOpenedMs >= 39 * 5, qPrintable(QString::number(lastOpenedMs)));
    }
    void openingTakesNoMoreThanATenthOfTheTime() {
        Peer peer(answers);
        StressOptions options = optionsFor(peer.url(), 100, 200);
        options.mode = StressMode::Hold;
        QCOMPARE(runTest(options).openedOnce, 100);
    }
    void everyConnectionHasOneOutcome() {
        int count = 0;
        Peer peer([&](QTcpSocket& socket, int) {
            switch (++count % 4) {
                case 0: return Peer::reset(socket);
                case 1: return socket.disconnectFromHost();
                case 2: return void(socket.write(Peer::answer("", "503 Busy")));
                default: return void(socket.write(Peer::answer()));
            }
        });
        const StressReport report = runTest(optionsFor(peer.url(), 24));
        QCOMPARE(sum(report.outcome), 24);
        QCOMPARE(report.requests.sent, report.requests.ok + report.requests.failed);
    }
    void aHostWithTwoAddressesIsReachedOnTheSecond() {
        const auto found = QHostInfo::fromName(QStringLiteral("localhost")).addresses();
        if (found.size() < 2) QSKIP("localhost has one address here");
        Peer peer(answers, QHostAddress::LocalHostIPv6);
        QUrl url = peer.url();
        url.setHost(QStringLiteral("localhost"));
        const StressReport report = runTest(optionsFor(url));
        QVERIFY(report.good());
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void aTestThatIsStoppedReportsWhatItHas() {
        Peer peer(answers);
        StressRun run;
        StressReport report;
        int finished = 0;
        connect(&run, &StressRun::finished, this, [&](const StressReport& made) {
            report = made;
            ++finished;
        });
        QVERIFY(run.start(optionsFor(peer.url(), 4, 60'000)));
        QVERIFY(run.isRunning());
        QVERIFY(!run.start(optionsFor(peer.url())));
        QTest::qWait(200);
        run.stop();
        QTRY_COMPARE(finished, 1);
        QVERIFY(!run.isRunning());
        QVERIFY(report.stopped && report.good());
        QVERIFY(report.durationS > 0.1 && report.durationS < 10);
        QVERIFY(run.start(optionsFor(peer.url())));  // and again
        QTRY_COMPARE(finished, 2);
    }
    void aRunMayBeDestroyedInTheMiddle() {
        Peer peer(answers);
        {
            StressRun run;
            QVERIFY(run.start(optionsFor(peer.url(), 32, 60'000)));
            QTest::qWait(50);
        }
        QTest::qWait(20);
    }
    void snapshotsComeTenTimesASecond() {
        Peer peer(answers);
        StressRun run;
        std::vector<StressSnapshot> shots;
        bool done = false;
        connect(&run, &StressRun::progress, this, [&](const StressSnapshot& shot) { shots.push_back(shot); });
        connect(&run, &StressRun::finished, this, [&] { done = true; });
        QVERIFY(run.start(optionsFor(peer.url(), 5, 1000)));
        QTRY_VERIFY(done);
        QVERIFY(shots.size() >= 6 && shots.size() <= 12);
        const StressSnapshot& shot = shots[4];
        QCOMPARE(shot.connections.size(), std::size_t{5});
        QCOMPARE(shot.openNow, 5);
        QVERIFY(shot.requestsPerS > 10);
        QVERIFY(!shot.recent.empty() && shot.recent.size() <= StressSnapshot::kRecentMax);
        QVERIFY(shot.recent.front().t_s >= shots[3].elapsedS);
        QCOMPARE(shot.latency.count(), shot.requests.ok);
    }
    void theReportHasEveryMemberAlsoWhenNothingWasMeasured() {
        StressReport report;
        report.options.url = QUrl(QStringLiteral("http://127.0.0.1:1/"));
        const QJsonObject json = QJsonDocument::fromJson(report.toJson()).object();
        const auto keys = [&](const char* name) { return json.value(QLatin1String(name)).toObject().keys(); };
        QCOMPARE(json.keys(), QStringList({"connect_ms", "connections", "duration_s", "errors", "latency_ms",
                                           "mode", "outcome", "requests", "status", "url", "verdict"}));
        QCOMPARE(keys("requests"), QStringList({"failed", "ok", "sent"}));
        QCOMPARE(keys("latency_ms"), QStringList({"max", "p50", "p90", "p99", "p999"}));
        QCOMPARE(keys("connect_ms"), QStringList({"p50", "p99"}));
        QCOMPARE(keys("errors"),
                 QStringList({"connect_timeout", "early_close", "refused", "reset", "timeout"}));
        QCOMPARE(keys("outcome"), QStringList({"answered", "evicted", "open", "refused", "timed_out"}));
        QVERIFY(json.value(QStringLiteral("status")).isObject());
        for (const QJsonValue& value : json.value(QStringLiteral("latency_ms")).toObject())
            QCOMPARE(value.toDouble(-1), 0.0);
        QVERIFY(!json.value(QStringLiteral("verdict")).toString().isEmpty());
    }
    void aHostThatDoesNotExistIsSaid() {
        const StressReport report = runTest(optionsFor(QUrl(QStringLiteral("http://no-such-host.invalid/"))));
        QVERIFY(!report.good());
        QVERIFY(report.verdict().contains(QStringLiteral("no-such-host.invalid")));
        QCOMPARE(report.outcome.timed_out, 4);
    }
    void theVerdictNamesWhatWentWrong() {
        Peer peer([](QTcpSocket& socket, int) { Peer::reset(socket); });
        const QString verdict = runTest(optionsFor(peer.url(), 1)).verdict();
        QVERIFY(verdict.startsWith(QStringLiteral("No request was answered")));
        QVERIFY(verdict.contains(QStringLiteral("reset")) && !verdict.contains(QStringLiteral("refused")));
    }
};

QTEST_GUILESS_MAIN(StressRunTest)
#include "tst_stress_run.moc"
