#include <sys/stat.h>

#include <QDir>
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <memory>

#include "desktop/core/stress/report/stress_store.hpp"

using namespace boardwalk::desktop;

namespace {

StressReport report(quint64 answered) {
    StressReport made;
    made.options.url = QUrl(QStringLiteral("http://192.0.2.7/api/v1/state"));
    made.options.mode = StressMode::Rate;
    made.options.connections = 3;
    made.options.durationMs = 2000;
    made.options.ratePerS = 12.5;
    made.started = QDateTime::fromString(QStringLiteral("2026-11-30T20:00:00.125Z"), Qt::ISODateWithMs);
    made.durationS = 1.9;
    made.requests = {answered + 2, answered, 2, 1};
    made.errors = {1, 2, 3, 4, 5};
    made.outcome = {0, 1, 1, 1, 0};
    made.evictions = 7;
    made.openedOnce = 3;
    for (const double ms : {0.004, 1.5, 80.0, 80.0, 4000.0}) {
        made.latency.add(ms);
        made.points.push_back({ms / 10000.0, ms, ms > 1000});
    }
    made.connect.add(0.2);
    made.status = {{200, answered}, {503, 2}};
    made.connections = {ConnectionState::Answered, ConnectionState::Evicted, ConnectionState::Refused};
    made.seconds = {{0, answered, 0, 1, 2, 3, 3}, {1, 0, 2, 0, 0, 0, 1}};
    made.stopped = true;
    return made;
}

void write(const QString& path, const QByteArray& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

}  // namespace

/// The reports of the last tests of a board, on disk.
class StressStoreTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_data;

    [[nodiscard]] StressStore store() const { return StressStore(m_data->path()); }
    QString keep(const StressReport& what) {
        QString error;
        QString path = store().keep(QStringLiteral("b1"), what, error);
        if (!error.isEmpty()) qFatal("%s", qPrintable(error));
        return path;
    }

private Q_SLOTS:
    void init() { m_data = std::make_unique<QTemporaryDir>(); }

    void whatIsReadBackDrawsAndSaysTheSame() {
        const StressReport kept = report(41);
        keep(kept);
        const auto runs = store().runs(QStringLiteral("b1"));
        QCOMPARE(runs.size(), 1);
        const StressReport& again = runs.first().report;
        QCOMPARE(again.toKeptJson(), kept.toKeptJson());
        QCOMPARE(again.toCsv(), kept.toCsv());
        QCOMPARE(again.toText(), kept.toText());
        QCOMPARE(again.options.durationMs, qint64{2000});
        QVERIFY(again.connections == kept.connections);
    }
    void twentyStayAndTheOldestGo() {
        for (quint64 i = 0; i < StressStore::runs_max + 2; ++i)
            keep(report(i));
        const auto runs = store().runs(QStringLiteral("b1"));
        QCOMPARE(runs.size(), StressStore::runs_max);
        QCOMPARE(runs.first().report.requests.ok, quint64{21});  // the newest first
        QCOMPARE(runs.last().report.requests.ok, quint64{2});
        QCOMPARE(QDir(m_data->path() + QStringLiteral("/stress/b1")).entryList(QDir::Files).size(),
                 StressStore::runs_max);
    }
    void eachBoardHasItsOwn() {
        keep(report(1));
        QVERIFY(store().runs(QStringLiteral("b2")).isEmpty());
    }
    void whatCannotBeReadIsSkippedAndStays() {
        keep(report(5));
        const QDir dir(m_data->path() + QStringLiteral("/stress/b1"));
        const QStringList bad{"run-30000101-000000-000-1.json", "run-30000101-000000-000-2.json",
                              "run-30000101-000000-000-3.json", "run-30000101-000000-000-4.json",
                              "run-30000101-000000-000-5.json"};
        write(dir.filePath(bad[0]), "");
        write(dir.filePath(bad[1]), QByteArray(100000, '['));
        write(dir.filePath(bad[2]), R"({"url":"http:a","mode":"no such","requests":{},"details":{}})");
        write(dir.filePath(bad[3]), QByteArray(StressStore::file_bytes_max + 1, ' '));
        write(dir.filePath(bad[4]), report(9).toKeptJson().chopped(30));
        QCOMPARE(::mkfifo(qPrintable(dir.filePath("run-30000101-000000-000-6.json")), 0600), 0);
        QVERIFY(QDir(m_data->path()).mkpath("stress/b1/run-30000101-000000-000-7.json"));
        QCOMPARE(store().runs(QStringLiteral("b1")).size(), 1);
        for (int i = 0; i < 25; ++i)
            keep(report(6));
        QCOMPARE(store().runs(QStringLiteral("b1")).size(), StressStore::runs_max);
        for (const QString& name : bad)
            QVERIFY2(QFile::exists(dir.filePath(name)), qPrintable(name));
    }
    void noNumberInAFileTakesMemoryOrMakesAFigureThatIsNone() {
        QByteArray json = report(5).toKeptJson();
        json.replace("\"connections\":3", "\"connections\":2000000000");
        json.replace("\"duration_s\":1.9", "\"duration_s\":-1e308");
        json.replace("\"evictions\":7", "\"evictions\":1e300");
        json.replace("\"cer\"", '"' + QByteArray(100000, 'e') + '"');
        json.replace("\"aer\"", '"' + QByteArray(100000, 'e') + '"');
        const auto read = StressReport::fromJson(json);
        QVERIFY(read);
        QCOMPARE(read->options.connections, StressOptions::connectionsMax);
        QCOMPARE(read->connections.size(), std::size_t(StressOptions::connectionsMax));
        QCOMPARE(read->durationS, 0.0);
        QVERIFY(read->evictions < quint64(2e15));
    }
    void anIdNamesNoOtherDirectory() {
        const QUrl url(QStringLiteral("http://192.0.2.7/"));
        QCOMPARE(StressStore::keyOf("a1b2-C_3", url), QStringLiteral("a1b2-C_3"));
        for (const QString& id : {QString(".."), QString("../../x"), QString("a/b"), QString("a b"),
                                  QString(65, u'a'), QString("_id-1"), QString("a\n"), QString("ä")}) {
            const QString key = StressStore::keyOf(id, url);
            QVERIFY2(key.startsWith("_id-") && !key.contains(u'/'), qPrintable(key));
        }
        QVERIFY(StressStore::keyOf({}, url).startsWith("_address-"));
        QCOMPARE(StressStore::keyOf(QString(64, u'a'), url), QString(64, u'a'));
    }
    void aDiskThatTakesNothingIsSaid() {
        write(m_data->path() + QStringLiteral("/stress"), "a file is in the way");
        QString error;
        QVERIFY(store().keep(QStringLiteral("b1"), report(1), error).isEmpty());
        QVERIFY2(error.contains("could not be kept"), qPrintable(error));
    }
};

QTEST_GUILESS_MAIN(StressStoreTest)
#include "tst_stress_store.moc"
