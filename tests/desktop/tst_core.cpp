// What the companion decides without a network: addresses, options, the busy rule, deltas, series, the store.

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "desktop/core/backoff.hpp"
#include "desktop/core/board_address.hpp"
#include "desktop/core/board_state.hpp"
#include "desktop/core/board_store.hpp"
#include "desktop/core/busy_rule.hpp"
#include "desktop/core/log_model.hpp"
#include "desktop/core/options.hpp"
#include "desktop/core/request_tracker.hpp"
#include "desktop/core/series_ring.hpp"
#include "desktop/core/text.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

protocol::State snapshot(std::uint64_t seq, double value) {
    protocol::State state;
    state.seq = seq;
    state.boot_id = "boot";
    state.uptime_ms = 10'000;
    protocol::Reading reading;
    reading.id = "t";
    reading.value = value;
    state.readings.push_back(reading);
    protocol::Output output;
    output.id = "lamp";
    state.outputs.push_back(output);
    return state;
}

protocol::StateDelta delta(std::uint64_t since, std::uint64_t seq, double value) {
    protocol::StateDelta delta;
    delta.since = since;
    delta.seq = seq;
    delta.readings.push_back({"t", value});
    return delta;
}

Options options(QStringList arguments) {
    arguments.prepend(QStringLiteral("boardwalk"));
    return parseOptions(arguments);
}

}  // namespace

class CoreTest : public QObject {
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
        for (const char* typed : {"", "   ", "kitchen local", "ftp://kitchen", "http://", "a:0", "a:65536",
                                  "a:x", "300.1.1.1", "1.2.3", "-a", "a..b", "http://me:secret@kitchen",
                                  "[::1", "javascript:alert(1)", "http://a/../b/", "http://a//b/"}) {
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

    void aRequestOf150MsShowsNothing() {
        BusyRule rule;
        const int id = rule.begin(1000);
        rule.advance(1149);
        rule.end(id, 1150);
        rule.advance(5000);
        QVERIFY(!rule.shown());
        QVERIFY(!rule.nextChange());
    }
    void aRequestOf500MsShowsAt300AndStaysFor400() {
        BusyRule rule;
        const int id = rule.begin(1000);
        rule.advance(1299);
        QVERIFY(!rule.shown());
        QCOMPARE(rule.nextChange(), std::optional<qint64>(1300));
        rule.advance(1300);
        QVERIFY(rule.shown());
        rule.end(id, 1500);
        QVERIFY2(rule.shown(), "it must not flash");
        QCOMPARE(rule.nextChange(), std::optional<qint64>(1700));
        rule.advance(1699);
        QVERIFY(rule.shown());
        rule.advance(1700);
        QVERIFY(!rule.shown());
    }
    void manyShortRequestsInARowShowNothing() {
        BusyRule rule;
        int last = rule.begin(0);
        for (qint64 now = 100; now < 3000; now += 100) {
            const int next = rule.begin(now);  // overlaps: something is pending all the time
            rule.end(last, now + 50);
            rule.advance(now + 60);
            QVERIFY(!rule.shown());
            last = next;
        }
    }
    void whileSomethingIsPendingItStays() {
        BusyRule rule;
        const int slow = rule.begin(0);
        rule.advance(300);
        const int second = rule.begin(600);
        rule.end(slow, 650);
        rule.advance(5000);
        QVERIFY(rule.shown());
        rule.end(second, 5000);
        rule.advance(5000);
        QVERIFY(!rule.shown());
    }
    void theTrackerTellsByRealTime() {
        RequestTracker tracker;
        QSignalSpy busy(&tracker, &RequestTracker::busyChanged);
        {
            const auto quick = tracker.begin();
            QCOMPARE(tracker.pending(), 1);
            QTest::qWait(150);
        }
        QTest::qWait(400);
        QCOMPARE(busy.size(), 0);
        {
            const auto slow = tracker.begin();
            QTest::qWait(500);
            QVERIFY(tracker.busy());
        }
        QVERIFY(tracker.busy());
        QTRY_VERIFY_WITH_TIMEOUT(!tracker.busy(), 1000);
        QCOMPARE(busy.size(), 2);
    }

    void aDeltaThatBuildsOnWhatWeHoldIsApplied() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        QSignalSpy changed(&state, &BoardState::readingsChanged);
        QCOMPARE(state.applyDelta(delta(5, 6, 21.5)), BoardState::Applied::Yes);
        QCOMPARE(state.reading("t")->value, std::optional(21.5));
        QCOMPARE(state.state().seq, 6U);
        QCOMPARE(changed.size(), 1);
    }
    void aDeltaThatBuildsOnAnotherStateChangesNothing() {
        BoardState state;
        QCOMPARE(state.applyDelta(delta(0, 1, 1)), BoardState::Applied::Missed);
        state.applySnapshot(snapshot(5, 20));
        QCOMPARE(state.applyDelta(delta(6, 7, 99)), BoardState::Applied::Missed);
        QCOMPARE(state.applyDelta(delta(4, 5, 99)), BoardState::Applied::Missed);
        QCOMPARE(state.reading("t")->value, std::optional(20.0));
        QCOMPARE(state.state().seq, 5U);
    }
    void aSnapshotOfTheSameThingsDoesNotRebuildTheViews() {
        BoardState state;
        QSignalSpy structure(&state, &BoardState::structureChanged);
        state.applySnapshot(snapshot(5, 20));
        state.applySnapshot(snapshot(9, 23));
        QCOMPARE(structure.size(), 1);
        protocol::State other = snapshot(10, 1);
        other.readings.front().name = "Renamed";
        state.applySnapshot(other);
        QCOMPARE(structure.size(), 2);
    }
    void aRestartOfTheBoardEndsTheOldSeries() {
        BoardState state;
        protocol::State old = snapshot(5, 20);
        old.uptime_ms = 1'000'000;
        state.applySnapshot(old);
        protocol::State fresh = snapshot(1, 21);
        fresh.boot_id = "other";
        fresh.uptime_ms = 100;
        state.applySnapshot(fresh);
        QCOMPARE(state.series("t").size(), 1);
        QCOMPARE(state.series("t").last().uptime_ms, 100);
    }
    void historyReplacesOurEstimatesAndKeepsWhatIsNewer() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));  // at 10 000 ms
        protocol::History history;
        history.series = "t";
        history.boot_id = "boot";
        history.samples = {{8000, 18.0}, {9000, std::nullopt}, {9999, 19.0}};
        state.addHistory(history);
        const SeriesRing& series = state.series("t");
        QCOMPARE(series.size(), 4);
        QCOMPARE(series.at(0).uptime_ms, 8000);
        QVERIFY2(std::isnan(series.at(1).value), "no value is a gap, not a zero");
        QCOMPARE(series.last().value, 20.0);
        history.boot_id = "other";
        history.samples = {{1, 1.0}};
        state.addHistory(history);
        QCOMPARE(state.series("t").size(), 4);
    }

    void timeThatTheBoardDidNotRecordIsAGap() {
        BoardState state;
        protocol::State now = snapshot(5, 20);
        now.uptime_ms = 100'000;
        state.applySnapshot(now);
        protocol::History history;
        history.series = "t";
        history.boot_id = "boot";
        history.samples = {{1000, 1.0}, {2000, 2.0}, {3000, 3.0}, {73'000, 4.0}, {74'000, 5.0}};
        state.addHistory(history);
        const SeriesRing& series = state.series("t");
        QCOMPARE(series.at(2).value, 3.0);
        QVERIFY(std::isnan(series.at(3).value));
        QCOMPARE(series.at(4).value, 4.0);
    }
    void anotherPeriodIsNoGap() {
        BoardState state;
        protocol::State now = snapshot(5, 20);
        now.uptime_ms = 500'000;
        state.applySnapshot(now);
        protocol::History history;
        history.series = "t";
        history.boot_id = "boot";
        history.samples = {{1000, 1.0}, {2000, 2.0}, {62'000, 3.0}, {122'000, 4.0}};
        state.addHistory(history);
        QCOMPARE(state.series("t").size(), 5);
    }
    void nothingIsDrawnOverTimeThatNobodyHeard() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        QTest::qWait(30);
        state.markGap(10);
        QTest::qWait(10);
        QCOMPARE(state.applyDelta(delta(5, 6, 21)), BoardState::Applied::Yes);
        const SeriesRing& series = state.series("t");
        QCOMPARE(series.size(), 3);
        QVERIFY(std::isnan(series.at(1).value));
        QCOMPARE(series.at(2).value, 21.0);
    }
    void aBoardThatIsAwayStandsStill() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        state.freeze();
        const qint64 then = state.uptimeNow();
        QTest::qWait(20);
        QCOMPARE(state.uptimeNow(), then);
        state.applySnapshot(snapshot(6, 21));
        QVERIFY(!state.isFrozen());
    }
    void moreReadingsThanAnyBoardHasAreNotKept() {
        BoardState state;
        protocol::State many = snapshot(5, 20);
        many.readings.resize(5000, many.readings.front());
        many.outputs.resize(5000, many.outputs.front());
        state.applySnapshot(many);
        QCOMPARE(state.state().readings.size(), BoardState::readings_max);
        QCOMPARE(state.state().outputs.size(), BoardState::outputs_max);
    }

    void aRingKeepsTheNewest() {
        SeriesRing ring(4);
        for (int i = 1; i <= 6; ++i)
            ring.append({i * 10, double(i)});
        QCOMPARE(ring.size(), 4);
        QCOMPARE(ring.at(0).uptime_ms, 30);
        QCOMPARE(ring.last().uptime_ms, 60);
        ring.append({60, 9});
        QCOMPARE(ring.last().value, 6.0);
        QCOMPARE(ring.lowerBound(40), 1);
        QCOMPARE(ring.lowerBound(41), 2);
        QCOMPARE(ring.lowerBound(99), 4);
    }

    void boardsAreRemembered() {
        const QTemporaryDir dir;
        const BoardStore store(dir.filePath("new/data"));
        const QList<SavedBoard> boards{{QUrl("http://a/"), "id-a", "Küche"},
                                       {QUrl("http://b:8080/"), {}, {}}};
        for (const SavedBoard& board : boards)
            QCOMPARE(store.add(board).error, QString());
        const BoardStore::Loaded loaded = store.load();
        QCOMPARE(loaded.warning, QString());
        QCOMPARE(loaded.boards, boards);
    }
    void aDamagedListIsKeptUnderAnotherName() {
        const QTemporaryDir dir;
        const BoardStore store(dir.path());
        QFile file(store.path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"boards\": [{\"url\": \"http://a/\"}");  // cut off
        file.close();
        const BoardStore::Loaded loaded = store.load();
        QVERIFY(loaded.boards.isEmpty());
        QVERIFY(!file.exists());
        const QStringList kept = QDir(dir.path()).entryList({"boards.json.broken-*"});
        QCOMPARE(kept.size(), 1);
        QVERIFY2(loaded.warning.contains(kept.first()), qPrintable(loaded.warning));
        QFile aside(dir.filePath(kept.first()));
        QVERIFY(aside.open(QIODevice::ReadOnly));
        QVERIFY(aside.readAll().startsWith("{\"boards\""));
    }
    void aListThatCannotBeWrittenSaysSo() {
        const QTemporaryDir dir;
        QFile file(dir.filePath("blocked"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const BoardStore::Saved saved =
            BoardStore(dir.filePath("blocked/below")).add({QUrl("http://a/"), {}, {}});
        QVERIFY(!saved.ok());
    }

    void logLinesComeOnceAndInOrder() {
        LogModel logs;
        const auto line = [](std::uint64_t seq, protocol::LogLevel level) {
            return protocol::LogLine{
                .seq = seq, .time = {}, .uptime_ms = seq, .level = level, .text = "text"};
        };
        logs.append(line(1, protocol::LogLevel::debug));
        logs.append(line(2, protocol::LogLevel::error));
        logs.append(line(2, protocol::LogLevel::error));
        logs.appendGap(31);
        QCOMPARE(logs.rowCount(), 3);
        QVERIFY(logs.index(2, LogModel::TextColumn).data().toString().contains("31"));
        LogFilter filter;
        filter.setSourceModel(&logs);
        filter.setLeast(protocol::LogLevel::error);
        QCOMPARE(filter.rowCount(), 1);
        for (std::uint64_t seq = 3; seq < LogModel::lines_max + 10; ++seq) {
            logs.append(line(seq, protocol::LogLevel::info));
        }
        QCOMPARE(logs.rowCount(), LogModel::lines_max);
    }

    void aTimeThatIsNotOfTodayCarriesItsDate() {
        const QDateTime now = QDateTime::currentDateTime();
        const QDateTime noon(now.date(), QTime(12, 0));
        QCOMPARE(clockText(noon), "12:00:00");
        const QDateTime before = noon.addDays(-1);
        QVERIFY2(clockText(before).contains(QString::number(before.date().day())),
                 qPrintable(clockText(before)));
        QVERIFY(clockText(before).endsWith("12:00:00"));
        QVERIFY(clockText(noon.addYears(-1)).contains(QString::number(noon.date().year() - 1)));
    }
    void aLongLogLineIsCut() {
        LogModel logs;
        logs.append({.seq = 1,
                     .time = {},
                     .uptime_ms = 1,
                     .level = protocol::LogLevel::info,
                     .text = std::string(300'000, 'x')});
        QCOMPARE(logs.index(0, LogModel::TextColumn).data().toString().size(), LogModel::text_characters_max);
    }

    void waitsDoubleUpToTheMost() {
        using namespace std::chrono_literals;
        Backoff backoff(1s, 15s);
        QCOMPARE(backoff.next(0.5).count(), 1000);
        QCOMPARE(backoff.next(0.5).count(), 2000);
        QCOMPARE(backoff.next(0.0).count(), 3000);
        for (int i = 0; i < 100; ++i)
            QVERIFY(backoff.next(0.999) <= 18750ms);
        backoff.reset();
        QCOMPARE(backoff.next(0.5).count(), 1000);
    }
};

QTEST_GUILESS_MAIN(CoreTest)
#include "tst_core.moc"
