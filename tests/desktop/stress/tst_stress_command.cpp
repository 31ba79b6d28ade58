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
             {"--connections", "--duration", "--rate", "--hold", "--json", "--csv", "/api/v1/state"})
            QVERIFY2(help.out.contains(option), option);
        QCOMPARE(stress({"--version"}).out, QByteArray("boardwalk-stress " BOARDWALK_VERSION "\n"));
    }
};

QTEST_GUILESS_MAIN(StressCommand)
#include "tst_stress_command.moc"
