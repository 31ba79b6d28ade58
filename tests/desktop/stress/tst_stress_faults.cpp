#include <QtTest/QtTest>

#include "tests/desktop/real_board.hpp"
#include "tests/desktop/stress/run.hpp"

using namespace boardwalk::desktop;
using namespace boardwalk::desktop::test;

/// What a test says of boards that hang or die, and of what is no board.
class StressFaultsTest : public QObject {
    Q_OBJECT

    /// From a second on, for more than two: so that one of the questions of each second waits for longer than
    /// one.
    void stall(RealBoard& board) {
        QTimer::singleShot(900, this, [this, &board] {
            board.pause();
            QTimer::singleShot(2200, this, [&board] { board.resume(); });
        });
    }

private Q_SLOTS:
    void aBoardThatStallsIsSaidToHaveAnsweredNothing() {
        RealBoard board;
        const StressReport report =
            runTest(watched(board.url(), StressMode::Rate, 8, 5000), [&] { stall(board); });
        QVERIFY2(report.good(), said(report).c_str());
        QVERIFY2(report.silence.ended && report.silence.toS - report.silence.fromS > 1.9,
                 said(report).c_str());
        QVERIFY2(report.verdict().startsWith("The board answered nothing from "), said(report).c_str());
        // What fell due meanwhile is timed from then: about 220 of 500 had to wait, one of them for all of
        // it.
        QVERIFY2(report.latency.percentile(90) > 1000, said(report).c_str());
    }
    void aClosedLoopHidesAStallWhichTheVerdictThenTells() {
        RealBoard board;
        const StressReport report =
            runTest(watched(board.url(), StressMode::Closed, 2, 5000), [&] { stall(board); });
        QVERIFY2(report.latency.percentile(90) < 500, said(report).c_str());
        QVERIFY2(report.latency.maxMs() > 1900, said(report).c_str());
        QVERIFY2(report.verdict().contains("answered nothing from"), said(report).c_str());
    }
    void aBoardThatStallsIsSeenInEachMode_data() {
        QTest::addColumn<StressMode>("mode");
        for (const StressMode mode :
             {StressMode::Hold, StressMode::Silent, StressMode::Browser, StressMode::Slow})
            QTest::addRow("%s", qPrintable(stressModeName(mode))) << mode;
    }
    void aBoardThatStallsIsSeenInEachMode() {
        QFETCH(StressMode, mode);
        RealBoard board;
        const StressReport report = runTest(watched(board.url(), mode, 12, 3500), [&] { stall(board); });
        // Those that ask seldom, or nothing, learn it from the client beside them.
        QVERIFY2(report.board.slowestAnswerMs() > 1000, said(report).c_str());
        if (mode == StressMode::Silent || mode == StressMode::Slow)
            QVERIFY2(report.verdict().contains("A client beside them was answered within "),
                     said(report).c_str());
    }
    void aBoardThatDiesLeavesAReportThatSaysWhen_data() {
        QTest::addColumn<StressMode>("mode");
        for (const StressMode mode : {StressMode::Closed, StressMode::Rate, StressMode::Hold,
                                      StressMode::Silent, StressMode::Browser, StressMode::Slow})
            QTest::addRow("%s", qPrintable(stressModeName(mode))) << mode;
    }
    void aBoardThatDiesLeavesAReportThatSaysWhen() {
        QFETCH(StressMode, mode);
        RealBoard board;
        const StressReport report = runTest(watched(board.url(), mode, 12, 2300),
                                            [&] { QTimer::singleShot(500, this, [&] { board.kill(); }); });
        QVERIFY2(report.verdict().contains("The board stopped answering at "), said(report).c_str());
        const bool asks = mode != StressMode::Hold;
        if (asks) QVERIFY2(!report.good(), said(report).c_str());
        QVERIFY(!report.board.before.isEmpty());
    }
    void whatRefusesAndWhatTalksRubbishIsNotGoodInAnyMode_data() {
        QTest::addColumn<StressMode>("mode");
        QTest::addColumn<QByteArray>("answer");
        for (const StressMode mode :
             {StressMode::Closed, StressMode::Rate, StressMode::Hold, StressMode::Browser}) {
            QTest::addRow("%s, 503", qPrintable(stressModeName(mode)))
                << mode << Peer::answer("{}", "503 Full", "Connection: close\r\n");
            QTest::addRow("%s, rubbish", qPrintable(stressModeName(mode)))
                << mode << QByteArray("\x16\x03\x01 no answer of HTTP\r\n\r\n");
        }
    }
    void whatRefusesAndWhatTalksRubbishIsNotGoodInAnyMode() {
        QFETCH(StressMode, mode);
        QFETCH(QByteArray, answer);
        Peer peer([&](QTcpSocket& socket, int) { socket.write(answer); });
        const StressReport report = runTest(watched(peer.url(), mode, 6, 600));
        QVERIFY2(!report.good(), said(report).c_str());
        QCOMPARE(report.requests.ok, quint64{0});
        QVERIFY2(report.requests.failed > 0, said(report).c_str());
        QVERIFY2(answer.startsWith("HTTP") ? report.errors.refused > 0 : report.errors.earlyClose > 0,
                 said(report).c_str());
        QVERIFY(!report.board.known());  // what is no board tells nothing
    }
    void whatRefusesAndWhatTalksRubbishIsNoBoardToTheSilentAndTheSlow_data() {
        QTest::addColumn<StressMode>("mode");
        QTest::addColumn<QByteArray>("answer");
        for (const StressMode mode : {StressMode::Silent, StressMode::Slow}) {
            QTest::addRow("%s, 503", qPrintable(stressModeName(mode)))
                << mode << Peer::answer("{}", "503 Full", "Connection: close\r\n");
            QTest::addRow("%s, rubbish", qPrintable(stressModeName(mode)))
                << mode << QByteArray("\x16\x03\x01 no answer of HTTP\r\n\r\n");
        }
    }
    void whatRefusesAndWhatTalksRubbishIsNoBoardToTheSilentAndTheSlow() {
        QFETCH(StressMode, mode);
        QFETCH(QByteArray, answer);
        Peer peer([&](QTcpSocket& socket, int) { socket.write(answer); });
        const StressReport report = runTest(watched(peer.url(), mode, 6, 600));
        QVERIFY2(!report.good(), said(report).c_str());
        QVERIFY2(report.verdict().contains("Nothing there answered as a board does"), said(report).c_str());
    }
    void noRedirectIsFollowed() {
        Peer other(answers);
        Peer peer([&](QTcpSocket& socket, int) {
            socket.write(Peer::answer("", "307 Elsewhere",
                                      "Location: " + other.url().toEncoded() + "/api/v1/state\r\n"));
        });
        for (const StressMode mode : {StressMode::Closed, StressMode::Browser}) {
            const StressReport report = runTest(watched(peer.url(), mode, 6, 600));
            QVERIFY2(report.status.value(307) > 0, said(report).c_str());
        }
        QCOMPARE(other.connections(), 0);
    }
    void ofABoardBelowAPathNothingElseOfItsProxyIsAsked() {
        QSet<QByteArray> asked;
        Peer peer([&](QTcpSocket& socket, int) {
            asked << peer.lastHead().split(' ').value(1);
            answers(socket, 0);
        });
        for (const StressMode mode : {StressMode::Browser, StressMode::Slow}) {
            StressOptions options = watched(QUrl(peer.url().toString() + "/k/"), mode, 6, 500);
            options.below = "/k";
            options.slowBytesPerS = 10'000;
            runTest(options);
        }
        for (const QByteArray& target : asked)
            QVERIFY2(target.startsWith("/k/"), target);
        for (const char* target :
             {"/k/", "/k/api/v1/info", "/k/api/v1/state", "/k/api/v1/diagnostics", "/k/api/v1/stream"})
            QVERIFY2(asked.contains(target), target);
    }
    void aBrowserAsksNoOtherOriginForThePagesFiles() {
        Peer other(answers);
        QStringList asked;
        Peer peer([&](QTcpSocket& socket, int) {
            const QByteArray target = peer.lastHead().split(' ').value(1);
            asked << QString::fromLatin1(target);
            socket.write(Peer::answer(target == "/" ? "<script src=\"" + other.url().toEncoded() +
                                                          "/evil.js\"></script><link href=\"./own.css\">"
                                                    : "{}"));
        });
        StressOptions options = watched(peer.url(), StressMode::Browser, 6, 800);
        options.watchBoard = false;
        runTest(options);
        QVERIFY(asked.contains("/own.css"));
        QCOMPARE(other.connections(), 0);
    }
};

QTEST_GUILESS_MAIN(StressFaultsTest)
#include "tst_stress_faults.moc"
