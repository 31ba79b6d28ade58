#include <QtTest/QtTest>
#include <string>

#include "tests/desktop/real_board.hpp"
#include "tests/desktop/stress/run.hpp"

using namespace boardwalk::desktop;
using namespace boardwalk::desktop::test;

namespace {

StressOptions watched(const QUrl& url, StressMode mode, int connections, qint64 durationMs) {
    StressOptions options = optionsFor(url, connections, durationMs);
    options.connectTimeoutMs = 2000;
    options.requestTimeoutMs = 4000;
    options.mode = mode;
    options.ratePerS = 100;
    options.slowBytesPerS = 100;
    options.watchBoard = true;
    return options;
}

std::string said(const StressReport& report) { return report.toText().toStdString(); }

}  // namespace

/// Each mode against whole boards, and against what goes wrong with them.
class StressBoardsTest : public QObject {
    Q_OBJECT

    static void modesAndSlots() {
        QTest::addColumn<int>("slots_max");
        QTest::addColumn<StressMode>("mode");
        for (const int slots_max : {24, 4})
            for (const StressMode mode : {StressMode::Closed, StressMode::Rate, StressMode::Hold,
                                          StressMode::Silent, StressMode::Browser, StressMode::Slow})
                QTest::addRow("%s on %d slots", qPrintable(stressModeName(mode)), slots_max)
                    << slots_max << mode;
    }

    /// From a second on, for more than two.
    void stall(RealBoard& board) {
        QTimer::singleShot(900, this, [this, &board] {
            board.pause();
            QTimer::singleShot(2200, this, [&board] { board.resume(); });
        });
    }

private Q_SLOTS:
    void aGoodBoardIsSaidToBeGoodInEachMode_data() { modesAndSlots(); }
    void aGoodBoardIsSaidToBeGoodInEachMode() {
        QFETCH(int, slots_max);
        QFETCH(StressMode, mode);
        const RealBoard board({"--connections", QString::number(slots_max)});
        QVERIFY(board.url().isValid());
        const int connections = mode == StressMode::Browser ? slots_max / 4 * 6 : 2 * slots_max;
        const StressReport report = runTest(watched(board.url(), mode, connections, 1200));
        QVERIFY2(report.good(), said(report).c_str());
        QVERIFY2(report.requests.failed == 0, said(report).c_str());
        QVERIFY2(report.requests.sent == report.requests.ok + report.requests.cut, said(report).c_str());
        QCOMPARE(report.board.slotsMax, slots_max);
        QVERIFY(!report.board.before.isEmpty() && !report.board.after.isEmpty());
        QVERIFY2(report.board.seconds.size() >= 2, said(report).c_str());  // before and within
        QVERIFY(report.board.peakConnections() <= slots_max);
        const int most = report.board.peakConnections();
        switch (mode) {
            case StressMode::Closed: QVERIFY(report.requests.ok > quint64(connections)); break;
            case StressMode::Rate: QCOMPARE(report.requests.ok, quint64{120}); break;
            case StressMode::Hold:
                QCOMPARE(report.requests.ok, quint64(connections));
                QVERIFY2(report.outcome.open <= slots_max, said(report).c_str());
                QVERIFY2(most == slots_max, said(report).c_str());  // it fills them
                break;
            case StressMode::Silent:
                QCOMPARE(report.requests.sent, quint64{0});
                QVERIFY2(most <= 2, said(report).c_str());  // the client beside them has one
                QVERIFY2(report.board.slowestAnswerMs() > 0, said(report).c_str());
                break;
            case StressMode::Browser:
                QVERIFY2(report.pages.count() >= quint64(connections) / 6, said(report).c_str());
                QVERIFY2(report.status.value(101) > 0, said(report).c_str());
                QVERIFY2(report.status.value(200) > 3 * quint64(report.pages.count()), said(report).c_str());
                break;
            case StressMode::Slow: QVERIFY2(report.requests.cut > 0, said(report).c_str()); break;
        }
    }
    void aMixAsksForEachInProportion() {
        QHash<QByteArray, int> asked;
        Peer counting([&](QTcpSocket& socket, int) {
            ++asked[counting.lastHead().split(' ').value(1)];
            answers(socket, 0);
        });
        StressOptions options = optionsFor(counting.url(), 4, 400);
        options.mode = StressMode::Rate;
        options.ratePerS = 100;
        options.mix = {{"/a", 3}, {"/b?x=1", 1}};
        const StressReport report = runTest(options);
        QCOMPARE(report.requests.ok, quint64{40});
        QCOMPARE(asked.value("/a"), 30);
        QCOMPARE(asked.value("/b?x=1"), 10);
    }
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

QTEST_GUILESS_MAIN(StressBoardsTest)
#include "tst_stress_boards.moc"
