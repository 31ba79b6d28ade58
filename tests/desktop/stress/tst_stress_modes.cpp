#include <QtTest/QtTest>
#include <utility>
#include <vector>

#include "tests/desktop/stress/run.hpp"

using namespace boardwalk::desktop;
using namespace boardwalk::desktop::test;

/// How a run goes on in time: a fixed rate, connections that are held, opening, stopping.
class StressModesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
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
    void heldConnectionsAskOnceAndStay() {
        Peer peer(answers);
        StressOptions options = optionsFor(peer.url(), 8);
        options.mode = StressMode::Hold;
        const StressReport report = runTest(options);
        QVERIFY(report.good());
        QCOMPARE(peer.requests(), 8);
        QVERIFY2(peer.lastHead().startsWith("GET /api/v1/info HTTP/1.1\r\n"), peer.lastHead());
        QCOMPARE(report.outcome.open, 8);
        QCOMPARE(report.requests.ok, quint64{8});
    }
    void heldConnectionsThatTheBoardClosesAreEvicted() {
        Peer peer([](QTcpSocket& socket, int request) {
            answers(socket, request);
            QTimer::singleShot(20, &socket, [&socket] { socket.disconnectFromHost(); });
        });
        StressOptions options = optionsFor(peer.url(), 8);
        options.mode = StressMode::Hold;
        const StressReport report = runTest(options);
        QVERIFY(report.good());
        QCOMPARE(report.outcome.evicted, 8);
        QCOMPARE(peer.connections(), 8);  // none came back to push another out
    }
    void aHeldConnectionThatTheBoardClosesWithItsAnswerIsNotCalledOpen() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer("{}", "200 OK", "Connection: close\r\n"));
            socket.disconnectFromHost();
        });
        StressOptions options = optionsFor(peer.url(), 3);
        options.mode = StressMode::Hold;
        const StressReport report = runTest(options);
        QCOMPARE(report.outcome.answered, 3);
        QCOMPARE(report.outcome.open, 0);
        QVERIFY2(report.verdict().startsWith("0 of 3"), qPrintable(report.verdict()));
    }
    void aHeldConnectionThatIsTold503IsRefused() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer("", "503 Full", "Connection: close\r\n"));
            socket.disconnectFromHost();
        });
        StressOptions options = optionsFor(peer.url(), 3, 600);
        options.mode = StressMode::Hold;
        const StressReport report = runTest(options);
        QCOMPARE(report.outcome.refused, 3);
        QVERIFY(!report.good());
    }
    void secondsInWhichNothingWasAnsweredHaveNoTimes() {
        Peer peer(answers);
        StressOptions options = optionsFor(peer.url(), 2, 2500);
        options.mode = StressMode::Hold;
        const QList<QByteArray> rows = runTest(options).toCsv().trimmed().split('\n');
        QCOMPARE(rows.size(), 4);  // a head, and one for each second that was begun
        QVERIFY2(rows[1].startsWith("0,2,0,"), rows[1]);
        QCOMPARE(rows[2], QByteArray("1,0,0,,,,2,,,,,,"));
        QCOMPARE(rows[3], QByteArray("2,0,0,,,,2,,,,,,"));
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
        QVERIFY(!shot.recent.empty() && shot.recent.size() <= StressSnapshot::recentMax);
        QVERIFY(shot.recent.front().atS >= shots[3].elapsedS);
        QCOMPARE(shot.latency.count(), shot.requests.ok);
    }
};

QTEST_GUILESS_MAIN(StressModesTest)
#include "tst_stress_modes.moc"
