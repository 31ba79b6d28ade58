// Every call to a board ends once, whatever becomes of the board or of the link to it; and what a peer can
// make the app keep is bounded in bytes, in time and in connections.

#include <sys/resource.h>

#include <QDir>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include "desktop/core/board_link.hpp"
#include "desktop/core/board_list_model.hpp"
#include "desktop/core/request_tracker.hpp"
#include "tests/desktop/fake_board.hpp"
#include "tests/desktop/vectors.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

constexpr int patience_ms = 10'000;

int threads() {
    return int(QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

/// Very many boards behind one socket, one to each address of 127.0.0.0/8. They leave a connection open for
/// as long as the client does.
class Fleet : public QObject {
public:
    Fleet() {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection()) {
                most_open = std::max(most_open, ++open);
                connect(socket, &QTcpSocket::disconnected, this, [this] { --open; });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(*socket); });
            }
        });
        if (!m_server.listen(QHostAddress::AnyIPv4)) qFatal("the fleet cannot listen");
    }
    [[nodiscard]] QUrl url(int board) const {
        return QUrl(QStringLiteral("http://127.1.%1.%2:%3/")
                        .arg(board / 250)
                        .arg(board % 250 + 1)
                        .arg(m_server.serverPort()));
    }

    int open = 0;
    int most_open = 0;
    QHash<QString, int> asked;  ///< by the board's address

private:
    void answer(QTcpSocket& socket) {
        if (!socket.peek(4096).contains("\r\n\r\n")) return;
        socket.readAll();
        const QString address = socket.localAddress().toString();
        ++asked[address];
        QJsonObject info = vectorOf("info.json", 0).toObject();
        info["id"] = address;
        info["name"] = address;
        info["boot_id"] = address;
        const QByteArray body = QJsonDocument(info).toJson();
        socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                     QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QTcpServer m_server;
};

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
        link->setOutput("lamp", true, [&](const QString& said) {
            ++ended;
            error = said;
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
        BoardHttp http(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(server.serverPort())), client,
                       tracker);
        HttpAnswer answer;
        answer.status = -1;
        http.patch("/api/v1/settings", "{}", {}, [&](const HttpAnswer& came) { answer = came; });
        QTRY_COMPARE_WITH_TIMEOUT(answer.status, 0, patience_ms);
        QVERIFY(!answer.failure.isEmpty());
        QTest::qWait(200);
        QCOMPARE(patches, 1);
    }

    void aThousandBoardsTakeNoThousandDescriptorsNorThreads() {
        rlimit few{};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &few), 0);
        const rlimit before = few;
        few.rlim_cur = 256;  // the fleet's half of each connection is in this process, too
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &few), 0);
        Fleet fleet;
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        const int before_threads = threads();
        {
            BoardListModel model(BoardStore(dir.path()), client, tracker);
            model.setVisibleRows(0, 9);
            int most_under_way = 0;
            for (int i = 0; i < 1000; ++i)
                model.addForNow(fleet.url(i));
            const auto online = [&] {
                most_under_way = std::max(most_under_way, client.underWay());
                int count = 0;
                for (int row = 0; row < model.rowCount(); ++row)
                    count += model.link(row)->presence() == BoardLink::Presence::Online ? 1 : 0;
                return count;
            };
            QTRY_COMPARE_WITH_TIMEOUT(online(), 1000, 60'000);
            QVERIFY2(most_under_way <= HttpClient::under_way_max,
                     qPrintable(QString::number(most_under_way)));
            QVERIFY2(fleet.most_open <= 2 * HttpClient::under_way_max,
                     qPrintable(QString::number(fleet.most_open)));
            QVERIFY2(threads() - before_threads <= 2, qPrintable(QString::number(threads())));
            QTRY_COMPARE_WITH_TIMEOUT(fleet.open, 0, patience_ms);  // no idle connection
            QCOMPARE(client.idle(), 0);

            // Rows that are seen are asked again long before the others.
            fleet.asked.clear();
            QTRY_COMPARE_WITH_TIMEOUT(fleet.asked.value(fleet.url(9).host()), 1, patience_ms);
            QVERIFY2(fleet.asked.size() < 500, qPrintable(QString::number(fleet.asked.size())));
        }
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &before), 0);
    }

    void rowsOfBoardsThatLeftGo() {
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        FakeBoard board;
        BoardListModel model(BoardStore(dir.path()), client, tracker);
        for (int i = 0; i < 50; ++i)
            model.addFound(QUrl(QStringLiteral("http://127.0.0.1:9/%1/").arg(i)),
                           QStringLiteral("id-%1").arg(i), "Gone");
        model.addFound(board.url(), board.id, "Fake");
        QCOMPARE(model.rowCount(), 51);
        for (int i = 0; i < 50; ++i)
            model.dropFound(QStringLiteral("id-%1").arg(i));
        model.dropFound(board.id);
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 1, patience_ms);
        QTRY_COMPARE(model.index(0).data().toString(), "Fake");  // it answers: it stays
        board.stop();
        model.link(0)->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 0, patience_ms);
    }
    void whatIsAnnouncedForEverIsBounded() {
        const QTemporaryDir dir;
        HttpClient client;
        RequestTracker tracker;
        BoardListModel model(BoardStore(dir.path()), client, tracker);
        for (int i = 0; i < BoardListModel::unasked_max + 10; ++i)
            model.addFound(QUrl(QStringLiteral("http://127.0.0.1:9/%1/").arg(i)), QString::number(i),
                           "Noise");
        QCOMPARE(model.rowCount(), BoardListModel::unasked_max);
        model.addTyped(QUrl("http://127.0.0.1:11/"));  // a person's board always has room
        QCOMPARE(model.rowCount(), BoardListModel::unasked_max + 1);
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
