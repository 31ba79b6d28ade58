#include <QtTest/QtTest>

#include "shared/names.hpp"
#include "tests/desktop/real_board.hpp"
#include "tests/desktop/stress/run.hpp"

using namespace boardwalk::desktop;
using namespace boardwalk::desktop::test;

/// Each mode against whole boards; tst_stress_faults.cpp has what goes wrong with them.
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
    void whatTheBoardSaysIsOfTheSecondsOfTheTestAlone() {
        RealBoard board;
        runTest(watched(board.url(), StressMode::Hold, 48, 1200));
        const StressReport silent = runTest(watched(board.url(), StressMode::Silent, 48, 1200));
        // The second before the test had all slots in use, and after it the connections are closed.
        QVERIFY2(silent.board.peakConnections() <= 2, said(silent).c_str());
        for (const BoardSecond& each : silent.board.seconds)
            QVERIFY2(each.slots[std::size_t(boardwalk::protocol::SlotState::silent)] == 0,
                     said(silent).c_str());
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
};

QTEST_GUILESS_MAIN(StressBoardsTest)
#include "tst_stress_boards.moc"
