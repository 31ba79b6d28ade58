// What people type: addresses of boards, and options of the command line.

#include <QTest>

#include "desktop/core/list/board_address.hpp"
#include "desktop/core/options.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

Options options(QStringList arguments) {
    arguments.prepend(QStringLiteral("boardwalk"));
    return parseOptions(arguments);
}

}  // namespace

class InputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void addressesThatPeopleTypeAreRead_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("url");
        QTest::newRow("name") << "kitchen.local"
                              << "http://kitchen.local/";
        QTest::newRow("spaces around") << "  kitchen.local "
                                       << "http://kitchen.local/";
        QTest::newRow("upper case") << "Kitchen.Local"
                                    << "http://kitchen.local/";
        QTest::newRow("one word") << "esp32"
                                  << "http://esp32/";
        QTest::newRow("port") << "192.168.1.20:8080"
                              << "http://192.168.1.20:8080/";
        QTest::newRow("standard port") << "http://192.168.1.20:80"
                                       << "http://192.168.1.20/";
        QTest::newRow("https") << "https://kitchen.local/"
                               << "https://kitchen.local/";
        QTest::newRow("pasted") << "http://kitchen.local:8080/#/diagnostics"
                                << "http://kitchen.local:8080/";
        QTest::newRow("path of a proxy") << "http://example.com/boards/kitchen"
                                         << "http://example.com/boards/kitchen/";
        QTest::newRow("IPv6") << "fe80::1"
                              << "http://[fe80::1]/";
        QTest::newRow("IPv6 and port") << "[::1]:8080"
                                       << "http://[::1]:8080/";
        QTest::newRow("last port") << "a:65535"
                                   << "http://a:65535/";
    }
    void addressesThatPeopleTypeAreRead() {
        QFETCH(QString, typed);
        QFETCH(QString, url);
        const BoardAddress address = parseBoardAddress(typed);
        QCOMPARE(address.error, QString());
        QCOMPARE(address.url.toString(), url);
    }
    void whatIsNoAddressIsRefusedWithASentence_data() {
        QTest::addColumn<QString>("typed");
        for (const char* typed :
             {"", "   ", "kitchen local", "ftp://kitchen", "http://", "a:0", "a:65536", "a:x", "300.1.1.1",
              "1.2.3", "-a", "a..b", "http://me:secret@kitchen", "[::1", "javascript:alert(1)",
              "http://a/../b/", "http://a//b/", "http://a/?board=kitchen", "a?"}) {
            QTest::newRow(*typed ? typed : "empty") << typed;
        }
    }
    void whatIsNoAddressIsRefusedWithASentence() {
        QFETCH(QString, typed);
        const BoardAddress address = parseBoardAddress(typed);
        QVERIFY2(!address.ok(), qPrintable(address.url.toString()));
        QVERIFY(!address.url.isValid());
    }
    void aBadOptionIsNamed_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("named");
        QTest::newRow("unknown") << QStringList{"--nope"} << "--nope";
        QTest::newRow("word") << QStringList{"nope"} << "nope";
        QTest::newRow("flag with value") << QStringList{"--list=1"} << "--list";
        QTest::newRow("no value") << QStringList{"--list", "--board"} << "--board";
        QTest::newRow("empty value") << QStringList{"--data-dir="} << "--data-dir";
        QTest::newRow("bad URL") << QStringList{"--board", "ftp://x"} << "--board";
        QTest::newRow("bad choice") << QStringList{"--discovery", "wan"} << "--discovery";
        QTest::newRow("bad theme") << QStringList{"--theme=pink"} << "--theme";
        QTest::newRow("JSON of nothing") << QStringList{"--json"} << "--json";
        QTest::newRow("bad stress") << QStringList{"--stress", "a b"} << "--stress";
    }
    void aBadOptionIsNamed() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, named);
        const QString error = options(arguments).error;
        QVERIFY2(error.contains(named), qPrintable(error));
        QVERIFY(!error.contains(u'\n'));
    }
    void optionsAreReadInBothSpellings() {
        const Options read = options({"--board", "a", "--board=b:8080", "--discovery=off", "--theme", "dark",
                                      "--list", "--data-dir", "/d"});
        QCOMPARE(read.error, QString());
        QCOMPARE(read.boards, (QList<QUrl>{QUrl("http://a/"), QUrl("http://b:8080/")}));
        QCOMPARE(read.discovery, DiscoveryMode::Off);
        QCOMPARE(read.theme, ThemeChoice::Dark);
        QCOMPARE(read.dataDir, "/d");
        QVERIFY(read.list);
    }
};

QTEST_GUILESS_MAIN(InputTest)
#include "tst_input.moc"
