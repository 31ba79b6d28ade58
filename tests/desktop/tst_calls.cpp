// Every call to a board ends once, whatever becomes of the board or of the link to it; and what a peer can
// make the app keep is bounded in bytes, in time and in connections.

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <optional>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/list/board_list_model.hpp"
#include "desktop/core/request_tracker.hpp"
#include "tests/desktop/fake_board.hpp"
#include "tests/desktop/vectors.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

constexpr int patience_ms = 10'000;

}  // namespace

class CallsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCallEndsOnceWhateverBecomesOfItsBoard_data() {
        QTest::addColumn<bool>("stream");
        QTest::addColumn<int>("fate");
        const char* fates[] = {"reload", "left", "off", "another address", "retired", "destroyed"};
        for (const bool stream : {true, false}) {
            for (int fate = 0; fate < 6; ++fate)
                QTest::addRow("%s, %s", stream ? "stream" : "HTTP", fates[fate]) << stream << fate;
        }
    }
    void aCallEndsOnceWhateverBecomesOfItsBoard() {
        QFETCH(bool, stream);
        QFETCH(int, fate);
        FakeBoard board;
        FakeBoard elsewhere;
        HttpClient client;
        RequestTracker tracker;
        auto link = std::make_unique<BoardLink>(board.url(), client, tracker);
        link->setWatched(stream);
        QTRY_COMPARE_WITH_TIMEOUT(link->presence(), BoardLink::Presence::Online, patience_ms);
        if (stream) QTRY_VERIFY_WITH_TIMEOUT(link->state().isKnown(), patience_ms);
        board.mute = true;
        board.delay_ms = 60'000;
        int ended = 0;
        QString error;
        link->setOutput("lamp", true, [&](const SetOutcome& outcome) {
            ++ended;
            error = outcome.problem;
        });
        QTest::qWait(50);
        QCOMPARE(ended, 0);
        switch (fate) {
            case 0: link->reload(); break;
            case 1: link->setWatched(false); break;
            case 2: board.stop(); break;
            case 3: link->setUrl(elsewhere.url()); break;
            case 4: link->retire(); break;
            default: link.reset();
        }
        QTRY_COMPARE_WITH_TIMEOUT(ended, 1, patience_ms);
        QTest::qWait(50);
        QCOMPARE(ended, 1);
        // At the other address it was set; elsewhere something is said.
        if (!(stream && fate == 3)) QVERIFY(!error.isEmpty());
        link.reset();
        QCOMPARE(ended, 1);
        QTRY_COMPARE(tracker.pending(), 0);
    }

    void anAnswerWithoutAnEndIsGivenUpBeforeItIsLarge_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::newRow("until close") << QByteArray("HTTP/1.1 200 OK\r\n\r\n");
        QTest::newRow("chunks") << QByteArray(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n");
        QTest::newRow("said before") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n");
        QTest::newRow("a head") << QByteArray("HTTP/1.1 200 OK\r\nX: ");
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
    }
    void anAnswerWithoutAnEndIsGivenUpBeforeItIsLarge() {
        QFETCH(QByteArray, head);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        qint64 written = 0;
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket* socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, &head] {
                socket->readAll();
                socket->write(head);
            });
            connect(socket, &QTcpSocket::bytesWritten, socket, [socket, &written](qint64 bytes) {
                written += bytes;
                if (written < 64'000'000) socket->write(QByteArray(1 << 16, ' '));
            });
        });
        HttpClient client;
        RequestTracker tracker;
        BoardLink link(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort())), client,
                       tracker);
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, patience_ms);
        QVERIFY2(!link.reason().isEmpty(), qPrintable(link.reason()));
        QVERIFY2(written < 16'000'000,
                 qPrintable(QString::number(written)));  // the kernel's buffers, at most
    }
    void anAnswerThatDripsEndsInTime() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket* socket = server.nextPendingConnection();
            auto* drip = new QTimer(socket);
            connect(drip, &QTimer::timeout, socket, [socket] { socket->write("X"); });
            socket->write("HTTP/1.1 200 OK\r\nX: ");
            drip->start(100);
        });
        HttpClient client;
        RequestTracker tracker;
        BoardLink link(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort())), client,
                       tracker);
        QTRY_COMPARE_WITH_TIMEOUT(link.presence(), BoardLink::Presence::Offline, 20'000);
    }
    void aPatchIsNeverRepeatedByItself() {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        int patches = 0;
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket* socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, &patches] {
                patches += int(socket->readAll().count("PATCH "));
                socket->abort();  // it was done; the answer is lost
            });
        });
        HttpClient client;
        RequestTracker tracker;
        BoardRequests http(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort())), client,
                           tracker);
        HttpAnswer answer;
        answer.status = -1;
        http.patch("/api/v1/settings", "{}", {}, [&](const HttpAnswer& came) { answer = came; });
        QTRY_COMPARE_WITH_TIMEOUT(answer.status, 0, patience_ms);
        QVERIFY(!answer.failure.isEmpty());
        QTest::qWait(200);
        QCOMPARE(patches, 1);
    }

    void aPressWhoseAnswerWasLostIsNotRepeated() {
        FakeBoard board;
        board.mute = true;
        RequestTracker tracker;
        HttpClient client;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, 10'000);
        QTRY_VERIFY(link.state().isKnown());
        const auto& outputs = link.state().state().outputs;
        const auto button = std::ranges::find(outputs, protocol::OutputKind::button, &protocol::Output::kind);
        QVERIFY(button != outputs.end());
        std::optional<SetOutcome> outcome;
        link.setOutput(button->id, true, [&](const SetOutcome& told) { outcome = told; });
        board.dropStreams();
        QTRY_VERIFY(outcome);
        QVERIFY(outcome->unknown);
        QVERIFY2(outcome->problem != "No such thing", "the fake board has no buttons over HTTP");
    }
    void anAnswerToABoardThatWasRemovedDoesNoHarm() {
        FakeBoard board;
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        BoardListModel model(BoardStore(dir.path()), client, tracker);
        const int row = model.addTyped(board.url());
        const std::shared_ptr<BoardLink> held = model.share(row);
        QSignalSpy confirmed(held.get(), &BoardLink::confirmed);
        board.delay_ms = 30;
        QTest::qWait(10);
        model.remove(row);
        QCOMPARE(model.rowCount(), 0);
        QTest::qWait(100);
        QCOMPARE(confirmed.size(), 0);
        QCOMPARE(client.underWay(), 0);
    }

    void aBusyBoardIsAskedAgainForTheSeriesThatItRefused() {
        FakeBoard board;
        board.busy_histories = 1;
        HttpClient client;
        RequestTracker tracker;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_VERIFY_WITH_TIMEOUT(link.state().series("air.temperature").size() >= 4, patience_ms);
        QCOMPARE(board.busy_histories, 0);
    }

    void whyABoardTakesNoStreamIsSaid_data() {
        QTest::addColumn<bool>("keeps_open");
        QTest::newRow("closed") << false;
        QTest::newRow("left open") << true;
    }
    void whyABoardTakesNoStreamIsSaid() {
        QFETCH(bool, keeps_open);
        FakeBoard board;
        board.refuse_streams = true;
        board.keeps_refused_open = keeps_open;
        board.refusal = QJsonDocument(vectorOf("problem.json", 1).toObject()).toJson();
        HttpClient client;
        RequestTracker tracker;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        // Long before the 8 s after which an attempt is given up.
        QTRY_COMPARE_WITH_TIMEOUT(link.feedReason(), vectorOf("problem.json", 1)["title"].toString(), 5000);
        QCOMPARE(link.feed(), BoardLink::Feed::Polling);
        QCOMPARE(link.presence(), BoardLink::Presence::Online);
        board.refuse_streams = false;
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        QCOMPARE(link.feedReason(), QString());
    }
    void aStreamThatTheBoardClosesAsFullIsExplained() {
        FakeBoard board;
        HttpClient client;
        RequestTracker tracker;
        BoardLink link(board.url(), client, tracker);
        link.setWatched(true);
        QTRY_COMPARE_WITH_TIMEOUT(link.feed(), BoardLink::Feed::Stream, patience_ms);
        board.refuse_streams = true;
        board.refusal = QJsonDocument(vectorOf("problem.json", 1).toObject()).toJson();
        board.closeStreams(1013, "full");  // Qt reads 1002
        QTRY_COMPARE_WITH_TIMEOUT(link.feedReason(), vectorOf("problem.json", 1)["title"].toString(), 5000);
        QCOMPARE(link.feed(), BoardLink::Feed::Polling);
    }
};

QTEST_GUILESS_MAIN(CallsTest)
#include "tst_calls.moc"
