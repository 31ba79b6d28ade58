// What announcements mean, and what happens to bytes that are none. No socket, no clock.

#include <QTest>
#include <random>

#include "desktop/core/discovery/dns_message.hpp"
#include "desktop/core/discovery/service_cache.hpp"

using namespace boardwalk::desktop;

namespace {

constexpr qint64 minute_ms = 60'000;

/// An announcement as another's responder would write it: names compressed, a dot in the board's name,
/// an IPv6 address, and a record of another type between ours.
const QByteArray& announcement() {
    static const QByteArray bytes = QByteArray::fromHex(
        "0000840000000001000000050a5f626f61726477616c6b045f746370056c6f63616c00000c00010000119400"
        "08054e6f2e2035c00cc02d0021800100000078000a0000000000500162c01cc02d002f8001000000780009c0"
        "2d00050000800040c02d0010800100001194002009747874766572733d310f69643d30313233343536373839"
        "616205746c733d31c04700018001000000780004c0000207c047001c800100000078001020010db800000000"
        "0000000000000007");
    return bytes;
}

dns::Record ptr(const dns::Name& instance, quint32 ttl_s = 4500) {
    return {.name = ServiceCache::serviceType(), .type = dns::Ptr, .ttl_s = ttl_s, .target = instance};
}

dns::Name instance(QByteArrayView label) { return dns::name({label, "_boardwalk", "_tcp", "local"}); }

dns::Record srv(const dns::Name& of, const dns::Name& host, quint16 port = 8080, quint32 ttl_s = 120) {
    return {.name = of, .type = dns::Srv, .unique = true, .ttl_s = ttl_s, .target = host, .port = port};
}

dns::Record txt(const dns::Name& of, const QList<QByteArray>& texts, quint32 ttl_s = 4500) {
    return {.name = of, .type = dns::Txt, .unique = true, .ttl_s = ttl_s, .texts = texts};
}

dns::Record a(const dns::Name& host, const char* address, quint32 ttl_s = 120) {
    return {.name = host,
            .type = dns::A,
            .unique = true,
            .ttl_s = ttl_s,
            .address = QHostAddress(QString::fromLatin1(address))};
}

const dns::Name& host() {
    static const dns::Name name = dns::name({"board-1", "local"});
    return name;
}

/// All that a board says.
QList<dns::Record> whole(QByteArrayView label, const QByteArray& id = "0123456789ab") {
    const dns::Name name = instance(label);
    return {ptr(name), srv(name, host()),
            txt(name, {"txtvers=1", "id=" + id, "name=" + label.toByteArray(), "model=virtual", "fw=0.1.0"}),
            a(host(), "127.0.0.1")};
}

dns::Message response(const QList<dns::Record>& records) { return {true, records}; }

}  // namespace

class ServiceCacheTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCompressedAnnouncementIsRead();
    void aQueryIsReadAsAQuery();
    void everyTruncationIsRefused();
    void flippedBitsNeverHarm();
    void namesThatLoopOrGrowAreRefused();

    void aBoardIsKnownOnceAllOfItIs() {
        ServiceCache cache;
        const auto records = whole("Kitchen");
        cache.take(response({records[0]}), 0);
        QCOMPARE(cache.missing().size(), 2);
        cache.take(response({records[1]}), 10);
        QCOMPARE(cache.missing().size(), 3);  // the text, and both families of the address
        QVERIFY(cache.boards().isEmpty());
        cache.take(response({records[2], records[3]}), 20);
        QVERIFY(cache.missing().isEmpty());
        const DiscoveredBoard board = cache.boards().value("0123456789ab");
        QCOMPARE(board.name, "Kitchen");
        QCOMPARE(board.host, "board-1.local");
        QCOMPARE(board.url(), QUrl("http://127.0.0.1:8080/"));
        QCOMPARE(board.model, "virtual");
        QCOMPARE(board.firmware, "0.1.0");
        QVERIFY(!board.tls);
    }

    void theOrderOfRecordsAndTheCaseOfNamesDoNotMatter() {
        ServiceCache cache;
        auto records = whole("Kitchen");
        std::reverse(records.begin(), records.end());
        records[1].name = records[1].name.toUpper();
        cache.take(response(records), 0);
        QCOMPARE(cache.boards().size(), 1);
    }

    void aGoodbyeCountsAfterASecond() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen")), 0);
        cache.take(response({ptr(instance("Kitchen"), 0)}), 5000);
        cache.expire(5999);
        QCOMPARE(cache.boards().size(), 1);
        QCOMPARE(cache.due_ms(), 6000);
        cache.expire(6000);
        QVERIFY(cache.boards().isEmpty());
        QCOMPARE(cache.due_ms(), ServiceCache::never);
    }

    void aGoodbyeOfWhoWasNeverHeardLeavesNothing() {
        ServiceCache cache;
        cache.take(response({ptr(instance("Kitchen"), 0)}), 0);
        QVERIFY(cache.missing().isEmpty());
        QCOMPARE(cache.due_ms(), ServiceCache::never);
    }

    void aSilentBoardIsForgottenWhenItsPlaceIsTooOld() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen")), 0);
        cache.expire(2 * minute_ms - 1);
        QCOMPARE(cache.boards().size(), 1);
        cache.expire(2 * minute_ms);
        QVERIFY(cache.boards().isEmpty());
    }

    void whatGetsOldIsAskedForFourTimesBeforeItIsOver() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen")), 0);
        QVERIFY(cache.refresh(95'999).isEmpty());
        QCOMPARE(cache.due_ms(), 96'000);
        for (const qint64 at_ms : {96'000, 102'000, 108'000, 114'000}) {
            QCOMPARE(cache.refresh(at_ms).size(), 2);  // where it is: Srv and A
            QVERIFY(cache.refresh(at_ms).isEmpty());
        }
        QCOMPARE(cache.due_ms(), 120'000);
        cache.take(response(whole("Kitchen")), 115'000);
        QCOMPARE(cache.due_ms(), 115'000 + 96'000);
    }

    void aRenamedBoardIsNeverGone() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen")), 0);
        cache.take(response(whole("Cellar")), 1000);
        QCOMPARE(cache.boards().value("0123456789ab").name, "Cellar");
        cache.take(response({ptr(instance("Kitchen"), 0)}), 1001);
        QCOMPARE(cache.boards().value("0123456789ab").name, "Cellar");
        cache.expire(2001);
        QCOMPARE(cache.boards().size(), 1);
    }

    void aNewAddressReplacesTheOldOne() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen")), 0);
        cache.take(response({a(host(), "127.0.0.9")}), 5000);
        QCOMPARE(cache.boards().first().addresses.size(), 2);
        cache.expire(6000);
        QCOMPARE(cache.boards().first().addresses, QList{QHostAddress(QStringLiteral("127.0.0.9"))});
    }

    void ipv4AddressesStandFirst() {
        ServiceCache cache;
        dns::Record v6 = a(host(), "::1");
        v6.type = dns::Aaaa;
        cache.take(response(QList{ptr(instance("Kitchen")), srv(instance("Kitchen"), host()), v6}), 0);
        cache.take(response(whole("Kitchen")), 1);
        QCOMPARE(cache.boards().first().addresses.value(0).toString(), "127.0.0.1");
        QCOMPARE(cache.boards().first().addresses.value(1).toString(), "::1");
    }

    void aKnownBoardNeedNotAnswerUntilHalfOfItsTimeIsOver() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen")), 0);
        QCOMPARE(cache.known(0).size(), 1);
        QCOMPARE(cache.known(minute_ms).first().ttl_s, 4440U);
        cache.take(response({srv(instance("Kitchen"), host())}), 37 * minute_ms);
        QCOMPARE(cache.known(37 * minute_ms).size(), 1);
        QVERIFY(cache.known(38 * minute_ms).isEmpty());
    }

    void othersServicesAndBoardsWithoutAnIdAreNotListed() {
        ServiceCache cache;
        cache.take(response(whole("Kitchen", "")), 0);
        const dns::Name printer = dns::name({"Printer", "_ipp", "_tcp", "local"});
        cache.take(response({ptr(printer), srv(printer, host())}), 0);
        QVERIFY(cache.boards().isEmpty());
        QVERIFY(cache.missing().isEmpty());
    }

    void aFloodOfNamesIsBounded() {
        ServiceCache cache;
        for (int i = 0; i < 1500; ++i)
            cache.take(response({ptr(instance(QByteArray::number(i)))}), 0);
        QCOMPARE(cache.missing().size(), 2 * 1024);
    }

    void controlCharactersOfANameBecomeSpaces() {
        ServiceCache cache;
        cache.take(response(whole("A\nB\tC")), 0);
        QCOMPARE(cache.boards().first().name, "A B C");
        QCOMPARE(cache.boards().first().instance, "A B C");
    }

    void aQueryFitsOnePacketHoweverManyBoardsAreKnown() {
        QList<dns::Record> known;
        for (int i = 0; i < 200; ++i)
            known += ptr(instance("Board " + QByteArray::number(i)));
        const QByteArray packet = dns::query({{ServiceCache::serviceType(), dns::Ptr}}, known);
        QVERIFY(packet.size() < 1472);
        const auto message = dns::parse(packet);
        QVERIFY(message);
        QVERIFY(message->records.size() > 15);
        QCOMPARE(message->records.first().target, instance("Board 0"));
    }
};

void ServiceCacheTest::aCompressedAnnouncementIsRead() {
    const auto message = dns::parse(announcement());
    QVERIFY(message);
    QVERIFY(message->response);
    ServiceCache cache;
    cache.take(*message, 0);
    const DiscoveredBoard board = cache.boards().value("0123456789ab");
    QCOMPARE(board.instance, "No. 5");
    QCOMPARE(board.host, "b.local");
    QCOMPARE(board.port, 80);
    QVERIFY(board.tls);
    QCOMPARE(board.url(), QUrl("https://192.0.2.7:80/"));
    QCOMPARE(board.addresses.size(), 2);
}

void ServiceCacheTest::aQueryIsReadAsAQuery() {
    const auto message = dns::parse(dns::query({{ServiceCache::serviceType(), dns::Ptr}}, {}));
    QVERIFY(message);
    QVERIFY(!message->response);
}

void ServiceCacheTest::everyTruncationIsRefused() {
    for (qsizetype size = 0; size < announcement().size(); ++size) {
        // A copy of its own: a read behind the end is then seen by the address sanitizer.
        const std::vector<char> part(announcement().begin(), announcement().begin() + size);
        QVERIFY2(!dns::parse(QByteArrayView(part.data(), size)), QByteArray::number(size));
    }
}

void ServiceCacheTest::flippedBitsNeverHarm() {
    std::mt19937 random(5353);
    int read = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::vector<char> bytes(announcement().begin(), announcement().end());
        for (unsigned flips = 1 + random() % 4; flips > 0; --flips)
            bytes[random() % bytes.size()] ^= char(1U << random() % 8);
        const auto message = dns::parse(QByteArrayView(bytes.data(), qsizetype(bytes.size())));
        if (!message) continue;
        ++read;
        ServiceCache cache;
        cache.take(*message, 0);
        for (const DiscoveredBoard& board : cache.boards())
            QVERIFY(!board.addresses.isEmpty() && !board.id.isEmpty());
    }
    QVERIFY(read > 1000);  // else the rounds above have shown nothing
}

void ServiceCacheTest::namesThatLoopOrGrowAreRefused() {
    const QByteArray head = QByteArray::fromHex("000084000000000100000000");
    const QByteArray tail = QByteArray::fromHex("000c0001000011940002c00c");
    QVERIFY(!dns::parse(head + QByteArray::fromHex("c00c") + tail));            // to itself
    QVERIFY(!dns::parse(head + QByteArray::fromHex("c00e0161c00c00") + tail));  // forward, and back
    QVERIFY(!dns::parse(head + QByteArray::fromHex("8000") + tail));            // a length of no meaning
    QByteArray longest;
    for (int i = 0; i < 126; ++i)
        longest += QByteArray::fromHex("0161");
    const QByteArray empty = QByteArray::fromHex("0063000100000000") + QByteArray::fromHex("0000");
    QVERIFY(dns::parse(head + longest + QByteArray(1, '\0') + empty));                                // 253
    QVERIFY(dns::parse(head + longest + QByteArray::fromHex("0161") + QByteArray(1, '\0') + empty));  // 255
    QVERIFY(!dns::parse(head + longest + QByteArray::fromHex("026161") + QByteArray(1, '\0') + empty));
}

QTEST_GUILESS_MAIN(ServiceCacheTest)
#include "tst_service_cache.moc"
