#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest/QtTest>
#include <csignal>
#include <memory>

#include "tests/desktop/real_board.hpp"

using boardwalk::desktop::RealBoard;

namespace {

struct Ran {
    int status = -1;
    QByteArray out;
    QByteArray err;
};

/// `boardwalk-stress` as a person runs it, against a real board.
Ran stress(const QStringList& arguments, int interruptAfterMs = -1) {
    QProcess process;
    process.start(qEnvironmentVariable("BOARDWALK_STRESS"), arguments);
    if (interruptAfterMs >= 0 && process.waitForStarted()) {
        QTest::qWait(interruptAfterMs);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    }
    if (!process.waitForFinished(30'000)) qFatal("boardwalk-stress did not end");
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

}  // namespace

class StressCommand : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    RealBoard m_board;
    QString m_url;

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_board.url().isValid());
        m_url = m_board.url().toString();
    }
    void cleanupTestCase() { QCOMPARE(m_board.stop(), 0); }

    // First of all: after a crowd a board ends connections with each answer for a while.
    void heldConnectionsTakeTheBoardsSlotsAndNoMoreThanThose_data() {
        QTest::addColumn<int>("connections");
        QTest::newRow("fewer than slots") << 20;
        QTest::newRow("more than slots") << 64;
    }
    void heldConnectionsTakeTheBoardsSlotsAndNoMoreThanThose() {
        QFETCH(int, connections);
        const Ran ran = stress({m_url, "--hold", "--connections", QString::number(connections), "--duration",
                                "2s", "--json", "-"});
        QVERIFY2(ran.status == 0, ran.err.constData());
        const QJsonObject report = QJsonDocument::fromJson(ran.out).object();
        QCOMPARE(report["requests"]["ok"].toInt(), connections);
        const int open = report["outcome"]["open"].toInt();
        if (connections <= 24) QCOMPARE(open, connections);
        QVERIFY2(open <= 24, qPrintable(QString::number(open)));  // its slots
    }
    void aBoardAnswersMoreConnectionsThanItHasSlots() {
        const Ran ran = stress({m_url, "--connections", "64", "--duration", "2s", "--json", "-"});
        QVERIFY2(ran.status == 0, ran.err.constData());
        const QJsonObject report = QJsonDocument::fromJson(ran.out).object();  // stdout holds nothing else
        const QJsonObject requests = report.value(QStringLiteral("requests")).toObject();
        QCOMPARE(report.value(QStringLiteral("connections")).toInt(), 64);
        QCOMPARE(requests.value(QStringLiteral("failed")).toInt(-1), 0);
        QVERIFY(requests.value(QStringLiteral("ok")).toInt() > 64);
        QCOMPARE(report.value(QStringLiteral("outcome")).toObject().value(QStringLiteral("answered")).toInt(),
                 64);
    }
    void theReportGoesToFiles() {
        const QString json = m_dir.filePath(QStringLiteral("r.json"));
        const QString csv = m_dir.filePath(QStringLiteral("r.csv"));
        const Ran ran = stress({m_url, "--duration", "1200ms", "--rate", "50", "--json", json, "--csv", csv});
        QCOMPARE(ran.status, 0);
        QVERIFY(ran.out.contains("60 sent, 60 answered"));
        QFile file(json);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll()).object().value(QStringLiteral("mode")).toString(),
                 QStringLiteral("rate"));
        QFile table(csv);
        QVERIFY(table.open(QIODevice::ReadOnly));
        const auto rows = table.readAll().trimmed().split('\n');
        QVERIFY(rows.first().startsWith("second,answered,failed"));
        QCOMPARE(rows.size(), 3);
    }
    void anInterruptEndsItWithTheReportSoFar() {
        const Ran ran = stress({m_url, "--duration", "60s", "--json", "-"}, 700);
        QCOMPARE(ran.status, 0);
        const double duration =
            QJsonDocument::fromJson(ran.out).object().value(QStringLiteral("duration_s")).toDouble();
        QVERIFY(duration > 0.1 && duration < 30);
    }
    void twoTestsAreComparedByTheirFiles() {
        const auto file = [this](const char* name) { return m_dir.filePath(QLatin1String(name)); };
        const auto test = [&](const char* json, const char* csv) {
            QCOMPARE(
                stress({m_url, "--duration", "1s", "--rate", "50", "--json", file(json), "--csv", file(csv)})
                    .status,
                0);
        };
        test("a.json", "a.csv");
        test("b.json", "b.csv");
        QCOMPARE(stress({"compare", file("a.json"), file("b.json")}).status, 0);
        QCOMPARE(stress({"compare", file("a.csv"), file("b.json"), "--max-p99-worse", "100000%"}).status, 0);
        // A board that is away failed all: worse than one that answered.
        QCOMPARE(stress({"http://127.0.0.1:9/", "--connections", "2", "--duration", "200ms", "--json",
                         file("away.json")})
                     .status,
                 1);
        const Ran worse = stress({"compare", file("a.json"), file("away.json"), "--max-p99-worse", "10%"});
        QCOMPARE(worse.status, 1);
        QVERIFY2(worse.out.contains("B is worse: more requests failed, nothing was answered"), worse.out);
        QCOMPARE(stress({"compare", file("away.json"), file("a.json")}).status, 0);
    }
    void theReportIsAlsoOnePage() {
        const Ran ran = stress({m_url, "--browser", "2", "--duration", "1s", "--html", "-"});
        QCOMPARE(ran.status, 0);
        QVERIFY(ran.out.startsWith("<!doctype html>") && ran.out.endsWith("</html>\n"));
        QVERIFY(ran.out.contains("pages were loaded whole"));
    }
    void aBoardThatIsAwayIsStatusOne() {
        const Ran ran =
            stress({"http://127.0.0.1:9/", "--connections", "2", "--duration", "200ms", "--json", "-"});
        QCOMPARE(ran.status, 1);
        QVERIFY(QJsonDocument::fromJson(ran.out).isObject());
    }
    void aBadOptionIsNamedInOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("unknown") << QStringList{"http://127.0.0.1/", "--frobnicate"}
                                 << QByteArray("frobnicate");
        QTest::newRow("connections") << QStringList{"http://127.0.0.1/", "--connections", "513"}
                                     << QByteArray("--connections 513");
        QTest::newRow("duration") << QStringList{"http://127.0.0.1/", "--duration", "soon"}
                                  << QByteArray("--duration soon");
        QTest::newRow("rate") << QStringList{"http://127.0.0.1/", "--rate", "0"} << QByteArray("--rate 0");
        QTest::newRow("rate and hold")
            << QStringList{"http://127.0.0.1/", "--rate", "5", "--hold"} << QByteArray("--hold");
        QTest::newRow("silent and hold")
            << QStringList{"http://127.0.0.1/", "--silent", "--hold"} << QByteArray("--silent");
        QTest::newRow("no browsers") << QStringList{"http://127.0.0.1/", "--browser", "0"}
                                     << QByteArray("--browser 0");
        QTest::newRow("browsers") << QStringList{"http://127.0.0.1/", "--browser", "86"}
                                  << QByteArray("--browser 86");
        QTest::newRow("browser and connections")
            << QStringList{"http://127.0.0.1/", "--browser", "2", "--connections", "12"}
            << QByteArray("--connections");
        QTest::newRow("slow") << QStringList{"http://127.0.0.1/", "--slow", "fast"}
                              << QByteArray("--slow fast");
        QTest::newRow("mix") << QStringList{"http://127.0.0.1/", "--mix", "/no/such/file"}
                             << QByteArray("--mix /no/such/file");
        QTest::newRow("mix and silent")
            << QStringList{"http://127.0.0.1/", "--silent", "--mix", "/dev/null"} << QByteArray("--mix");
        QTest::newRow("html and json")
            << QStringList{"http://127.0.0.1/", "--json", "-", "--html", "-"} << QByteArray("--html -");
        QTest::newRow("compare one") << QStringList{"compare", "a.json"} << QByteArray("compare");
        QTest::newRow("compare with a test")
            << QStringList{"compare", "a", "b", "--rate", "5"} << QByteArray("--rate");
        QTest::newRow("compare percent") << QStringList{"compare", "a", "b", "--max-p99-worse", "much"}
                                         << QByteArray("--max-p99-worse much");
        QTest::newRow("compare nothing")
            << QStringList{"compare", "/no/such/a", "/no/such/b"} << QByteArray("/no/such/a");
        QTest::newRow("no URL") << QStringList{} << QByteArray("URL");
        QTest::newRow("bad URL") << QStringList{"gopher://a"} << QByteArray("gopher://a");
        QTest::newRow("json file") << QStringList{"http://127.0.0.1/", "--json", "/no/such/dir/f"}
                                   << QByteArray("--json /no/such/dir/f");
    }
    void aBadOptionIsNamedInOneLine() {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, named);
        const Ran ran = stress(arguments);
        QCOMPARE(ran.status, 2);
        QCOMPARE(ran.err.count('\n'), 1);
        QVERIFY2(ran.err.contains(named), ran.err.constData());
        QVERIFY(ran.out.isEmpty());
    }
    void helpAndVersionNeedNoUrl() {
        const Ran help = stress({"--help"});
        QCOMPARE(help.status, 0);
        for (const char* option :
             {"--connections", "--duration", "--rate", "--hold", "--silent", "--browser", "--slow", "--mix",
              "--json", "--csv", "--html", "compare", "--max-p99-worse", "/api/v1/state"})
            QVERIFY2(help.out.contains(option), option);
        QCOMPARE(stress({"--version"}).out, QByteArray("boardwalk-stress " BOARDWALK_VERSION "\n"));
    }
};

QTEST_GUILESS_MAIN(StressCommand)
#include "tst_stress_command.moc"
