// What a board said: snapshots and deltas, the recent past of its readings, its log.

#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "desktop/core/board/board_state.hpp"
#include "desktop/core/board/log_model.hpp"
#include "desktop/core/board/readings_csv.hpp"
#include "desktop/core/board/series_ring.hpp"
#include "desktop/core/text.hpp"
#include "tests/desktop/vectors.hpp"

using namespace boardwalk;
using namespace boardwalk::desktop;

namespace {

/// The state of shared/vectors at another time.
protocol::State snapshot(int seq, double value, int uptime_ms = 10'000, const char* boot = "boot") {
    QJsonValue state = patched(vectorOf("state.json"), "/seq", seq);
    state = patched(state, "/uptime_ms", uptime_ms);
    state = patched(patched(state, "/boot_id", boot), "/outputs/0/value", false);
    return decoded<protocol::State>(patched(state, "/readings/0/value", value));
}

protocol::StateDelta delta(int since, int seq, double value) {
    QJsonValue delta = patched(vectorOf("stream-message.json", 0), "/since", since);
    delta = patched(delta, "/seq", seq);
    const QJsonObject readings{{"air.temperature", value}};
    return std::get<protocol::StateDelta>(
        decoded<protocol::StreamMessage>(patched(delta, "/delta/readings", readings)));
}

protocol::StateDelta lampDelta(int since, int seq, bool on) {
    QJsonValue delta = patched(vectorOf("stream-message.json", 0), "/since", since);
    delta = patched(patched(delta, "/seq", seq), "/delta/readings", QJsonObject());
    return std::get<protocol::StateDelta>(
        decoded<protocol::StreamMessage>(patched(delta, "/delta/outputs", QJsonObject{{"lamp", on}})));
}

protocol::OutputResult lampResult(bool on, int seq) {
    const QJsonValue result = patched(patched(vectorOf("output-result.json"), "/id", "lamp"), "/value", on);
    return decoded<protocol::OutputResult>(patched(result, "/seq", seq));
}

/// The history of shared/vectors with other samples; `null` has no value.
protocol::History history(const QByteArray& samples, const char* boot = "boot") {
    const QJsonValue history = patched(vectorOf("history.json"), "/boot_id", boot);
    return decoded<protocol::History>(patched(history, "/samples", QJsonDocument::fromJson(samples).array()));
}

const SeriesRing& temperatures(const BoardState& state) { return state.series("air.temperature"); }

}  // namespace

class StateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDeltaThatBuildsOnWhatWeHoldIsApplied() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        QSignalSpy changed(&state, &BoardState::readingsChanged);
        QCOMPARE(state.applyDelta(delta(5, 6, 21.5)), BoardState::Applied::Yes);
        QCOMPARE(state.reading("air.temperature")->value, std::optional(21.5));
        QCOMPARE(state.state().seq, 6U);
        QCOMPARE(changed.size(), 1);
    }
    void aDeltaThatBuildsOnAnotherStateChangesNothing() {
        BoardState state;
        QCOMPARE(state.applyDelta(delta(0, 1, 1)), BoardState::Applied::Missed);
        state.applySnapshot(snapshot(5, 20));
        QCOMPARE(state.applyDelta(delta(6, 7, 99)), BoardState::Applied::Missed);
        QCOMPARE(state.applyDelta(delta(4, 5, 99)), BoardState::Applied::Missed);
        QCOMPARE(state.reading("air.temperature")->value, std::optional(20.0));
        QCOMPARE(state.state().seq, 5U);
    }
    void anAnswerThatIsOlderThanWhatIsKnownChangesNothing() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        QCOMPARE(state.applyDelta(lampDelta(5, 6, true)), BoardState::Applied::Yes);   // ours
        QCOMPARE(state.applyDelta(lampDelta(6, 7, false)), BoardState::Applied::Yes);  // another client's
        state.applyOutput(lampResult(true, 6), "boot");
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(false));
        state.applyOutput(lampResult(true, 700), "the start before");
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(false));
        QCOMPARE(state.applyDelta(lampDelta(7, 8, true)), BoardState::Applied::Yes);
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(true));
    }
    void whatIsOlderThanTheAnswerToASetDoesNotUndoIt() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        state.applyOutput(lampResult(true, 7), "boot");
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(true));
        QCOMPARE(state.applyDelta(lampDelta(5, 6, false)), BoardState::Applied::Yes);
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(true));
        state.applySnapshot(snapshot(6, 20));  // has the lamp off
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(true));
        QCOMPARE(state.applyDelta(lampDelta(6, 7, false)), BoardState::Applied::Yes);
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(false));
        state.applyOutput(lampResult(true, 9), "boot");
        state.applySnapshot(snapshot(1, 20, 10, "another start"));
        QCOMPARE(state.output("lamp")->value, protocol::OutputValue(false));
    }
    void aSnapshotThatWasAskedForBeforeANewerWordCameChangesNothing() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        QCOMPARE(state.applyDelta(delta(5, 6, 21.5)), BoardState::Applied::Yes);
        state.applySnapshot(snapshot(5, 20));
        QCOMPARE(state.reading("air.temperature")->value, std::optional(21.5));
        QCOMPARE(state.state().seq, 6U);
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
    void aRestartOfTheBoardIsAGapAndWhatWasBeforeStays() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20, 1'000'000));
        QTest::qWait(20);
        state.applySnapshot(snapshot(1, 21, 100, "other"));
        const SeriesRing& series = temperatures(state);
        QCOMPARE(series.size(), 3);
        QCOMPARE(series.at(0).value, 20.0);
        QVERIFY(series.at(0).uptime_ms < 0);
        QVERIFY(series.at(0).uptime_ms > -5000);  // it was just now
        QVERIFY(std::isnan(series.at(1).value));
        QVERIFY(series.at(1).uptime_ms < 0);
        QCOMPARE(series.at(2).uptime_ms, 100);
        QCOMPARE(series.at(2).value, 21.0);
        state.addHistory(history("[[50, 20.5]]", "boot"));  // the answer of the start before comes late
        QCOMPARE(series.size(), 3);
        state.addHistory(history("[[50, 20.5]]", "other"));
        QCOMPARE(series.size(), 4);
        QVERIFY(std::isnan(series.at(1).value));
    }
    void historyReplacesOurEstimatesAndKeepsWhatIsNewer() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));  // at 10 000 ms
        state.addHistory(history("[[8000, 18], [9000, null], [9999, 19]]"));
        const SeriesRing& series = temperatures(state);
        QCOMPARE(series.size(), 4);
        QCOMPARE(series.at(0).uptime_ms, 8000);
        QVERIFY2(std::isnan(series.at(1).value), "no value is a gap, not a zero");
        QCOMPARE(series.last().value, 20.0);
        state.addHistory(history("[[1, 1]]", "other"));
        QCOMPARE(series.size(), 4);
    }
    void timeThatTheBoardDidNotRecordIsAGap() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20, 100'000));
        state.addHistory(history("[[1000, 1], [2000, 2], [3000, 3], [73000, 4], [74000, 5]]"));
        const SeriesRing& series = temperatures(state);
        QCOMPARE(series.at(2).value, 3.0);
        QVERIFY(std::isnan(series.at(3).value));
        QCOMPARE(series.at(4).value, 4.0);
        QCOMPARE(series.valueAt(2900), 3.0);
        QVERIFY2(std::isnan(series.valueAt(3100)), "just behind the last value");
        QVERIFY2(std::isnan(series.valueAt(72'900)), "just before the next one");
        QCOMPARE(series.valueAt(73'000), 4.0);
        QVERIFY2(std::isnan(series.valueAt(999)), "before the first one");
        QCOMPARE(series.valueAt(200'000), 20.0);  // the last one holds
    }
    void anotherPeriodIsNoGap() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20, 500'000));
        state.addHistory(history("[[1000, 1], [2000, 2], [62000, 3], [122000, 4]]"));
        QCOMPARE(temperatures(state).size(), 5);
    }
    void nothingIsDrawnOverTimeThatNobodyHeard() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20));
        QTest::qWait(30);
        state.markGap(10);
        QTest::qWait(10);
        QCOMPARE(state.applyDelta(delta(5, 6, 21)), BoardState::Applied::Yes);
        const SeriesRing& series = temperatures(state);
        QCOMPARE(series.size(), 3);
        QVERIFY(std::isnan(series.at(1).value));
        QCOMPARE(series.at(2).value, 21.0);
    }
    void missingTimeIsMissingInTheTableToo() {
        BoardState state;
        state.applySnapshot(snapshot(5, 20, 100'000));
        state.addHistory(history("[[1000, 1.5], [2000, null], [3000, 3], [73000, 4]]"));
        const QList<QByteArray> rows = readingsCsv(state, 1500).split('\n');
        QCOMPARE(rows.size(), 7);  // with the empty text behind the last line's end
        QCOMPARE(rows[0], QByteArray("time,uptime_s,\"Air temperature (°C)\",\"Soil (%)\",\"Load\"\r"));
        const auto behindTime = [&](int row) { return rows[row].mid(rows[row].indexOf(',')); };
        QCOMPARE(behindTime(1), QByteArray(",2.000,,,\r"));  // no value
        QCOMPARE(behindTime(2), QByteArray(",3.000,3,,\r"));
        QCOMPARE(behindTime(3), QByteArray(",3.001,,,\r"));  // nothing was recorded from here on
        QCOMPARE(behindTime(4), QByteArray(",73.000,4,,\r"));
        QCOMPARE(behindTime(5), QByteArray(",100.000,20,,0.5\r"));
        const auto timeOf = [&](int row) {
            return QDateTime::fromString(QString::fromLatin1(rows[row].left(rows[row].indexOf(','))),
                                         Qt::ISODateWithMs);
        };
        QCOMPARE(timeOf(4).msecsTo(timeOf(5)), 27'000);
        QVERIFY(qAbs(timeOf(5).msecsTo(QDateTime::currentDateTimeUtc())) < 5000);
    }
    void noNameOfAReadingIsAFormulaInTheTable() {
        BoardState state;
        protocol::State evil = snapshot(5, 20);
        evil.readings.front().name = "=HYPERLINK(\"http://192.0.2.1/\")\n";
        state.applySnapshot(evil);
        QVERIFY(readingsCsv(state, 0).startsWith(
            "time,uptime_s,\"'=HYPERLINK(\"\"http://192.0.2.1/\"\")  (°C)\","));
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
    void whatABoardCallsItsThingsIsOnePlainShortLine() {
        BoardState state;
        protocol::State evil = snapshot(5, 20);
        evil.readings.front().unit = "\u202e\u00b0C\n";
        evil.readings.front().name = std::string(300'000, 'W');
        evil.outputs.front().name = "Lamp\n\x1b[31m";
        evil.outputs.front().options.assign(100'000, "o");
        state.applySnapshot(evil);
        const protocol::Reading& reading = state.state().readings.front();
        QCOMPARE(qt(reading.unit), QString("°C "));  // else 21.4 reads 4.12
        QCOMPARE(reading.name.size(), name_characters_max);
        QCOMPARE(qt(state.state().outputs.front().name), QString("Lamp  [31m"));
        QCOMPARE(state.state().outputs.front().options.size(), BoardState::options_max);
    }
    void aNumberOfHundredsOfDigitsIsWrittenShort() {
        QCOMPARE(valueText(999'999'999'999'999.0, 0).remove(QLocale().groupSeparator()),
                 QString("999999999999999"));
        for (const double value : {1e15, -1.7e308})
            QVERIFY2(valueText(value, 6).size() < 16, qPrintable(valueText(value, 6)));
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
        filter.setText("TEX");
        QCOMPARE(filter.rowCount(), 1);
        filter.setText("nothing like that");
        QCOMPARE(filter.rowCount(), 0);
        for (std::uint64_t seq = 3; seq < LogModel::lines_max + 10; ++seq) {
            logs.append(line(seq, protocol::LogLevel::info));
        }
        QCOMPARE(logs.rowCount(), LogModel::lines_max);
    }
    void aRestartIsSaidInTheLogAndItsLinesStay() {
        LogModel logs;
        const auto lines = decoded<protocol::Logs>(vectorOf("logs.json")).lines;
        for (const protocol::LogLine& line : lines)
            logs.append(line);
        logs.appendRestart();
        QCOMPARE(logs.lastSeq(), 0U);
        protocol::LogLine first = lines.front();
        first.seq = 1;
        logs.append(first);
        QCOMPARE(logs.rowCount(), 4);
        const auto textAt = [&](int row) { return logs.index(row, LogModel::TextColumn).data().toString(); };
        QCOMPARE(textAt(0), printable(qt(lines.front().text)));
        QVERIFY2(textAt(2).contains("restarted"), qPrintable(textAt(2)));
        QCOMPARE(textAt(3), textAt(0));
    }
    void aLongLogLineIsCut() {
        LogModel logs;
        logs.append({.seq = 1,
                     .time = {},
                     .uptime_ms = 1,
                     .level = protocol::LogLevel::info,
                     .text = std::string(300'000, 'x')});
        QCOMPARE(logs.index(0, LogModel::TextColumn).data().toString().size(),
                 qsizetype(LogModel::text_characters_max));
    }
};

QTEST_GUILESS_MAIN(StateTest)
#include "tst_state.moc"
