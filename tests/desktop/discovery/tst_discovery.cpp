// Real boards announce themselves on the loopback interface, and are found.

#include <QNetworkAccessManager>
#include <QNetworkDatagram>
#include <QNetworkInterface>
#include <QNetworkReply>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUdpSocket>
#include <random>

#include "desktop/core/discovery/discovery.hpp"
#include "tests/desktop/real_board.hpp"

using namespace boardwalk::desktop;

namespace {

constexpr int soon_ms = 3000;
constexpr int renamed_ms = 5000;  // probing, and announcing twice

/// A responder that announces itself there.
struct Board : RealBoard {
    explicit Board(const QString& name) : RealBoard({"--name", name, "--mdns", "loopback"}) {}
    QByteArray token;  ///< of its owner, once that is needed
};

void rename(Board& board, const QByteArray& name) {
    if (board.token.isEmpty()) board.token = board.claim();
    QNetworkAccessManager manager;
    QNetworkRequest request(board.url().resolved(QUrl("api/v1/settings")));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/merge-patch+json");
    request.setRawHeader("Authorization", "Bearer " + board.token);
    QNetworkReply* reply = manager.sendCustomRequest(request, "PATCH", "{\"name\":\"" + name + "\"}");
    QTRY_VERIFY(reply->isFinished());
    QCOMPARE(reply->error(), QNetworkReply::NoError);
}

QStringList instances(const Discovery& discovery) {
    QStringList names;
    for (const DiscoveredBoard& board : discovery.boards())
        names += board.instance;
    names.sort();
    return names;
}

/// Another program on the mDNS port of the loopback interface.
class Stranger {
public:
    Stranger() {
        m_socket.bind(QHostAddress(QHostAddress::AnyIPv4), 5353,
                      QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint);
        for (const auto& each : QNetworkInterface::allInterfaces()) {
            if (each.flags().testFlag(QNetworkInterface::IsLoopBack)) m_loopback = each;
        }
        m_socket.joinMulticastGroup(m_group, m_loopback);
        m_socket.setMulticastInterface(m_loopback);
    }
    void say(const QByteArray& packet) { m_socket.writeDatagram(packet, m_group, 5353); }
    /// The next packet that arrives from any sender.
    QByteArray hear() {
        return m_socket.hasPendingDatagrams() || m_socket.waitForReadyRead(soon_ms)
                   ? m_socket.receiveDatagram().data()
                   : QByteArray();
    }

private:
    const QHostAddress m_group{QStringLiteral("224.0.0.251")};
    QNetworkInterface m_loopback;
    QUdpSocket m_socket;
};

}  // namespace

class DiscoveryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        qRegisterMetaType<DiscoveredBoard>();
        QVERIFY2(qEnvironmentVariableIsSet("BOARDWALK_BOARD"), "names the boardwalk-board to start");
    }

    void aBoardIsFoundAndLostWithItsGoodbye() {
        Board board("Küche No. 5");
        Discovery discovery;
        QSignalSpy found(&discovery, &Discovery::boardFound);
        QSignalSpy lost(&discovery, &Discovery::boardLost);
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, soon_ms);
        const auto seen = found.first().first().value<DiscoveredBoard>();
        QCOMPARE(seen.url(), board.url());
        QCOMPARE(seen.name, QStringLiteral("Küche No. 5"));
        QCOMPARE(seen.instance, QStringLiteral("Küche No. 5"));
        QCOMPARE(seen.id.size(), 12);
        QCOMPARE(seen.host, "boardwalk-" + seen.id + ".local");
        QCOMPARE(seen.model, "virtual");
        QCOMPARE(board.stop(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, soon_ms);
        QCOMPARE(lost.first().first().toString(), seen.id);
        QVERIFY(discovery.boards().isEmpty());
    }

    void aBoardThatComesLaterIsFoundAtOnce() {
        Discovery discovery;
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        QTest::qWait(200);
        const Board board("Late");
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), QStringList{"Late"}, soon_ms);
    }

    void aRenamedBoardIsUpdatedAndNeverLost() {
        Board board("Before");
        Discovery discovery;
        QSignalSpy updated(&discovery, &Discovery::boardUpdated);
        QSignalSpy lost(&discovery, &Discovery::boardLost);
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), QStringList{"Before"}, soon_ms);
        rename(board, "After");
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), QStringList{"After"}, renamed_ms);
        QCOMPARE(updated.last().first().value<DiscoveredBoard>().name, "After");
        QTest::qWait(1200);  // until the old name's goodbye counts
        QCOMPARE(instances(discovery), QStringList{"After"});
        QVERIFY(lost.isEmpty());
    }

    void theSecondBoardOfANameIsNumbered() {
        const Board first("Twin");
        Discovery discovery;
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), QStringList{"Twin"}, soon_ms);
        const Board second("Twin");
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), (QStringList{"Twin", "Twin (2)"}), renamed_ms);
        for (const DiscoveredBoard& board : discovery.boards()) {
            QCOMPARE(board.name, "Twin");
            QCOMPARE(board.url(), board.instance == u"Twin" ? first.url() : second.url());
        }
    }

    void boardsOfOneNameThatStartTogetherAgree() {
        const Board first("Twin");
        const Board second("Twin");
        Discovery discovery;
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), (QStringList{"Twin", "Twin (2)"}), renamed_ms);
    }

    void malformedPacketsHarmNeitherSide() {
        Board board("Sturdy");
        Discovery discovery;
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        QTRY_COMPARE_WITH_TIMEOUT(instances(discovery), QStringList{"Sturdy"}, soon_ms);
        Stranger stranger;
        stranger.say(dns::query({{ServiceCache::serviceType(), dns::Ptr}}, {}));
        QByteArray answer = stranger.hear();
        if (const auto message = dns::parse(answer); !message || !message->response) answer = stranger.hear();
        QVERIFY(answer.size() > 100);
        std::mt19937 random(6762);
        for (int round = 0; round < 500; ++round) {
            QByteArray bytes = answer.left(qsizetype(random() % (unsigned(answer.size()) + 1)));
            // The header's flags stay, so that most are looked at; names stay, so that nothing new is
            // announced.
            for (auto flips = random() % 3; flips > 0 && bytes.size() > 12; --flips)
                bytes[12 + qsizetype(random() % unsigned(bytes.size() - 12))] = char(0xc0 | random() % 64);
            if (bytes.size() > 2 && random() % 2 == 0) bytes[2] = 0;  // as a query
            stranger.say(bytes);
            if (round % 50 == 0) QTest::qWait(5);
        }
        QTest::qWait(100);
        QVERIFY(board.running());
        Discovery another;
        QCOMPARE(another.start(DiscoveryMode::Loopback), QString());
        QTRY_VERIFY_WITH_TIMEOUT(!another.boards().isEmpty(), renamed_ms);
        QCOMPARE(board.stop(), 0);
    }

    void nothingIsFoundWhereNobodySearches() {
        const Board board("Hidden");
        Discovery discovery;
        QSignalSpy found(&discovery, &Discovery::boardFound);
        QCOMPARE(discovery.start(DiscoveryMode::Loopback), QString());
        discovery.stop();
        QCOMPARE(discovery.start(DiscoveryMode::Off), QString());
        QTest::qWait(1500);
        QVERIFY(found.isEmpty());
    }
};

QTEST_GUILESS_MAIN(DiscoveryTest)
#include "tst_discovery.moc"
