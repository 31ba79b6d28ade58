// One board over a real socket: what the link does when the board is slow, full, away, or skips a delta.

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/board/board_settings.hpp"
#include "desktop/core/list/board_list_model.hpp"
#include "desktop/core/list/list_command.hpp"
#include "desktop/core/request_tracker.hpp"
#include "tests/desktop/fake_board.hpp"
#include "tests/desktop/real_board.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

constexpr int patience_ms = 5000;

std::optional<double> temperature(BoardLink& link) {
    const protocol::Reading* reading = link.state().reading("air.temperature");
    return reading ? reading->value : std::nullopt;
}

constexpr qsizetype piece_bytes = 1 << 20;
constexpr qint64 flood_bytes = 128 * piece_bytes;

/// How much the peer takes before it goes: at most `flood_bytes`, or all of it when it does not go.
qint64 takes(QTcpSocket* socket, const QByteArray& piece) {
    const QPointer<QTcpSocket> open = socket;
    qint64 taken = 0;
    const bool gone = QTest::qWaitFor(
        [&] {
            if (!open || open->state() != QAbstractSocket::ConnectedState || taken >= flood_bytes)
                return true;
            while (open->bytesToWrite() < piece.size() && taken < flood_bytes) {
                open->write(piece);
                open->flush();
                taken += piece.size();
            }
            return false;
        },
        4 * patience_ms);
    return gone ? taken : flood_bytes;
}

}  // namespace

class LinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWatchedBoardIsSeenOverItsStream() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QTRY_COMPARE(temperature(link), std::optional(21.5));
        QCOMPARE(link.presence(), BoardLink::Presence::Online);
        QCOMPARE(link.info()->name, "Fake");
        board.change(22.25);
        QTRY_COMPARE(temperature(link), std::optional(22.25));
        QTRY_VERIFY(link.state().series("air.temperature").size() >= 4);  // the history came, too
        QTRY_COMPARE(link.logs().rowCount(), 2);
        QTRY_COMPARE(tracker.pending(), 0);
        QCOMPARE(board.subscribes, 1);
    }

    void aFrameThatIsAnnouncedAsGigabytesIsNotTaken() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(temperature(link), std::optional(21.5), patience_ms);
        QVERIFY(board.streamSocket());
        board.streamSocket()->write(
            QByteArray::fromHex("817f0000000070000000"));  // RFC 6455 §5.2: 1.8 GB of text
        QVERIFY2(takes(board.streamSocket(), QByteArray(piece_bytes, 'a')) < flood_bytes,
                 "all of it was taken");
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);  // a new one
    }

    void aBoardThatPingsAndReadsNoAnswerIsLeft() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(temperature(link), std::optional(21.5), patience_ms);
        QTcpSocket* below = board.streamSocket();
        QVERIFY(below);
        below->disconnect(SIGNAL(readyRead()));
        below->setReadBufferSize(1);
        QByteArray pings;
        while (pings.size() < piece_bytes)
            pings += QByteArray::fromHex("897d") + QByteArray(125, 'p');  // §5.5.2
        QVERIFY2(takes(below, pings) < flood_bytes, "all of it was taken, and answered");
    }
    void aHandshakeThatIsOneLineWithoutAnEndIsNotTaken() {
        FakeBoard board;
        board.endless_handshake = true;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_VERIFY_WITH_TIMEOUT(board.streamSocket(), patience_ms);
        QVERIFY2(takes(board.streamSocket(), QByteArray(piece_bytes, 'a')) < flood_bytes,
                 "all of it was taken");
    }

    void aMissedDeltaIsHealedByANewSnapshot() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(temperature(link), std::optional(21.5), patience_ms);
        board.changeSilently(30);
        board.change(31);
        QTRY_COMPARE(temperature(link), std::optional(31.0));
        QCOMPARE(board.subscribes, 2);
    }

    void aBoardWithoutFreeStreamsIsOnlineAndPolled() {
        FakeBoard board;
        board.refuse_streams = true;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Polling, patience_ms);
        QCOMPARE(link.presence(), BoardLink::Presence::Online);
        QTRY_COMPARE(temperature(link), std::optional(21.5));
        board.temperature = 25;
        QTRY_COMPARE_WITH_TIMEOUT(temperature(link), std::optional(25.0), patience_ms);
        board.refuse_streams = false;
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, 10'000);
        QCOMPARE(link.presence(), BoardLink::Presence::Online);
    }

    void aLostStreamIsNotAnOfflineBoard() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QSignalSpy presence(&link, &BoardLink::presenceChanged);
        board.dropStreams();
        QTRY_VERIFY(link.feed() != BoardLink::Feed::Stream);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QCOMPARE(presence.size(), 0);
    }

    void aBoardThatGoesIsOfflineAndComesBackByItself() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        board.stop();
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, patience_ms);
        QVERIFY(!link.reason().isEmpty());
        board.start();
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Online, 10'000);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
    }

    void aBoardThatHangsLooksDeadWithinFiveSecondsAndIsBackWhenItAnswers() {
        RealBoard board;
        QVERIFY(board.url().isValid());
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QTRY_VERIFY(link.state().isKnown());
        board.pause();  // its connections stay open, and take what is sent
        QElapsedTimer since;
        since.start();
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, 20'000);
        QVERIFY2(since.elapsed() < 6000, qPrintable(QString::number(since.elapsed())));
        QVERIFY(link.state().isFrozen());
        QVERIFY2(link.reason().contains("silent"), qPrintable(link.reason()));
        board.resume();
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Online, patience_ms);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
    }
    void aPolledBoardThatHangsLooksDead() {
        FakeBoard board;
        board.refuse_streams = true;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(temperature(link), std::optional(21.5), patience_ms);
        board.silent = true;
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, 9000);
        board.silent = false;
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Online, patience_ms);
    }
    void aBoardThatHasNothingToSayIsAskedAndStaysLive() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QSignalSpy feed(&link, &BoardLink::feedChanged);
        QTRY_VERIFY_WITH_TIMEOUT(board.pings >= 2, 10'000);  // after a silence of 2 s each
        QCOMPARE(feed.size(), 0);
        QCOMPARE(tracker.pending(), 0);  // no page waits for that, so no busy bar
    }
    void aRestartedBoardIsShownWithWhatWasBefore() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.logs().rowCount(), 2, patience_ms);
        board.stop();
        QTRY_VERIFY(link.feed() != BoardLink::Feed::Stream);
        board.boot = "boot-2";
        board.start();
        QTRY_COMPARE_WITH_TIMEOUT(link.logs().rowCount(), 5, patience_ms);  // 2, a note, 2
        QVERIFY(link.logs().index(2, LogModel::TextColumn).data().toString().contains("restarted"));
        const SeriesRing& series = link.state().series("air.temperature");
        QVERIFY(series.at(0).uptime_ms < 0);
        QVERIFY(std::isnan(series.valueAt(-1)));
    }

    void anOutputIsSetOverTheStreamAndOverHttp() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QTRY_VERIFY(link.state().isKnown());
        QString error = QStringLiteral("none yet");
        link.setOutput("lamp", true, [&](const SetOutcome& outcome) { error = outcome.problem; });
        QTRY_COMPARE(error, QString());
        QVERIFY(board.lamp);
        QTRY_COMPARE(link.state().output("lamp")->value, protocol::OutputValue(true));

        link.setWatched(false);
        error = QStringLiteral("none yet");
        link.setOutput("lamp", false, [&](const SetOutcome& outcome) { error = outcome.problem; });
        QTRY_COMPARE(error, QString());
        QVERIFY(!board.lamp);
        link.setOutput("nothing", true, [&](const SetOutcome& outcome) { error = outcome.problem; });
        QTRY_COMPARE(error, QStringLiteral("No such thing"));
    }

    void aSlowBoardTurnsTheBusyBarOnAndAQuickOneDoesNot() {
        FakeBoard board;
        board.delay_ms = 150;
        RequestTracker tracker;
        HttpClient client;
        QSignalSpy busy(&tracker, &RequestTracker::busyChanged);
        BoardLink link(board.url(), client, tracker);
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Online, patience_ms);
        QTest::qWait(400);
        QCOMPARE(busy.size(), 0);
        board.delay_ms = 600;
        link.reload();
        QTRY_VERIFY(tracker.busy());
        QTRY_VERIFY(!tracker.busy());
        QCOMPARE(busy.size(), 2);
    }

    void settingsAreWrittenOverTheVersionThatWasRead() {
        FakeBoard board;
        RequestTracker tracker;
        HttpClient client;
        BoardRequests http(board.url(), client, tracker);
        BoardSettings settings(http);
        QSignalSpy loaded(&settings, &BoardSettings::loaded);
        QSignalSpy failed(&settings, &BoardSettings::failed);
        settings.load();
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(settings.current().name, "Fake");

        protocol::SettingsPatch patch;
        patch.telemetry_period_ms = 150;
        settings.save(patch);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!board.last_if_match.isEmpty());
        const auto fields = failed.first().at(1).value<QHash<QString, QString>>();
        QCOMPARE(fields.value("/telemetry/period_ms"), "must be an integer from 100 to 60000");

        patch.telemetry_period_ms = 2000;
        settings.save(patch);
        QTRY_COMPARE(loaded.size(), 2);
        QCOMPARE(settings.current().telemetry.period_ms, 2000U);

        BoardSettings other(http);
        QSignalSpy other_loaded(&other, &BoardSettings::loaded);
        other.load();
        QTRY_COMPARE(other_loaded.size(), 1);
        patch.telemetry_period_ms = 3000;
        other.save(patch);
        QTRY_COMPARE(other_loaded.size(), 2);
        QSignalSpy conflicted(&settings, &BoardSettings::conflicted);
        patch.telemetry_period_ms = 4000;
        settings.save(patch);
        QTRY_COMPARE(conflicted.size(), 1);
        QCOMPARE(settings.current().telemetry.period_ms, 3000U);
    }

    void somethingElseAtTheAddressIsNotABoard() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            server.nextPendingConnection()->write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        });
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort())), client,
                       tracker);
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, patience_ms);
        QVERIFY2(link.reason().contains("not a Boardwalk board"), qPrintable(link.reason()));
    }

    void theListTellsNameAddressAndPresence() {
        FakeBoard board;
        const QTemporaryDir dir;
        RequestTracker tracker;
        HttpClient client;
        {
            BoardListModel model(BoardStore(dir.path()), client, tracker);
            const QAbstractItemModelTester tester(&model,
                                                  QAbstractItemModelTester::FailureReportingMode::QtTest);
            const int row = model.addTyped(board.url());
            QCOMPARE(model.addTyped(board.url()), row);
            QCOMPARE(model.rowCount(), 1);
            const QModelIndex index = model.index(row);
            QTRY_COMPARE(index.data(BoardListModel::PresenceRole).toInt(), int(BoardLink::Presence::Online));
            QCOMPARE(index.data().toString(), "Fake");
            QCOMPARE(index.data(BoardListModel::AddressRole).toString(),
                     QStringLiteral("127.0.0.1:%1").arg(board.url().port()));
            QCOMPARE(index.data(BoardListModel::UrlRole).toUrl(), board.url());
            QVERIFY(index.data(BoardListModel::SavedRole).toBool());
            QVERIFY(index.data(Qt::AccessibleTextRole).toString().contains("online"));
            model.addFound(QUrl("http://127.0.0.1:9/"), "fake-1",
                           "Fake");  // the same board by another address
            QCOMPARE(model.rowCount(), 1);
            model.addForNow(QUrl("http://127.0.0.1:11/"));
            QCOMPARE(model.rowCount(), 2);
        }
        BoardListModel again(BoardStore(dir.path()), client, tracker);
        QCOMPARE(again.load(), QString());
        QCOMPARE(again.rowCount(), 1);  // the one of a command line was not remembered
        QCOMPARE(again.index(0).data().toString(), "Fake");
        again.remove(0);
        BoardListModel empty(BoardStore(dir.path()), client, tracker);
        QCOMPARE(empty.load(), QString());
        QCOMPARE(empty.rowCount(), 0);
    }

    void theListCommandTellsOnlineFromOffline() {
        FakeBoard board;
        const QTemporaryDir dir;
        Options options;
        options.dataDir = dir.path();
        options.discovery = DiscoveryMode::Off;
        options.boards = {board.url(), QUrl("http://127.0.0.1:9/")};
        ListCommand command(options);
        QSignalSpy finished(&command, &ListCommand::finished);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(command.lines(), (QStringList{"127.0.0.1:9\thttp://127.0.0.1:9/\toffline",
                                               "Fake\t" + board.url().toString() + "\tonline"}));
    }
};

QTEST_GUILESS_MAIN(LinkTest)
#include "tst_link.moc"
