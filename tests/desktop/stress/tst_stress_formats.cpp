#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamReader>
#include <QtTest/QtTest>

#include "desktop/core/stress/report/stress_compare.hpp"
#include "desktop/core/stress/report/stress_report.hpp"

using namespace boardwalk::desktop;

namespace {

StressReport report() {
    StressReport made;
    made.options.url = QUrl(QStringLiteral("http://192.0.2.7/%3Cscript%3E\"'&x"));
    made.options.connections = 2;
    made.durationS = 2;
    made.requests = {110, 100, 10, 0, 0};
    for (int i = 0; i < 100; ++i) {
        made.latency.add(i);
        made.points.push_back({i / 50.0, double(i), i % 10 == 0});
    }
    made.connect.add(0.5);
    made.connections = {ConnectionState::Answered, ConnectionState::Refused};
    made.seconds = {{0, 60, 5, 1, 2, 3, 2}, {1, 40, 5, 1, 2, 3, 2}};
    made.board.slotsMax = 24;
    made.board.buffersMax = 10;
    for (int i = 0; i < 3; ++i) {
        BoardSecond second;
        second.atS = i;
        second.slots = {20, 0, 0, 0, 1, 0, 3, 0};
        second.peakConnections = 5;
        if (i != 1) second.answeredMs = 4;
        made.board.seconds.push_back(second);
    }
    return made;
}

QList<QByteArray> drawings(const QByteArray& html) {
    QList<QByteArray> all;
    for (qsizetype at = 0; (at = html.indexOf("<svg", at)) >= 0; ++at)
        all += html.mid(at, html.indexOf("</svg>", at) + 6 - at);
    return all;
}

}  // namespace

/// What a report looks like as a file, and how two are compared.
class StressFormatsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thePageLoadsNothingAndRunsNothing() {
        const QByteArray html = report().toHtml();
        QVERIFY(html.contains("default-src 'none'"));
        QVERIFY(!html.contains("<script") && !html.contains("src=") && !html.contains("@import"));
        QCOMPARE(html.count("href="), 1);  // the empty icon
        QVERIFY(html.contains("prefers-color-scheme:dark"));
        QVERIFY(html.contains("%3Cscript%3E") || html.contains("&lt;script&gt;"));
        QVERIFY(!html.contains("\"'&x"));
    }
    void eachPlotIsADrawingThatSaysWhatItShows() {
        const auto all = drawings(report().toHtml());
        QCOMPARE(all.size(), 6);  // latency, rate, distribution; slots, buffers, the board's times
        for (const QByteArray& svg : all) {
            QXmlStreamReader reader(QByteArray(svg).replace("&nbsp;", " "));
            bool titled = false;
            while (!reader.atEnd())
                titled = reader.readNext(), titled || reader.name() == u"title";
            QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
            QVERIFY(svg.contains("<title>") && !svg.contains("nan") && !svg.contains("inf"));
        }
    }
    void aSecondInWhichTheBoardSaidNothingIsAGapInItsLines() {
        const QByteArray html = report().toHtml();
        const QByteArray slots_plot = drawings(html).at(3);
        const qsizetype line = slots_plot.indexOf("class=\"line text\"");
        QVERIFY(line > 0);
        QCOMPARE(slots_plot.mid(line, slots_plot.indexOf("/>", line) - line).count('M'), 2);
    }
    void whatWasNotMeasuredIsADashAndNoZero() {
        StressReport empty;
        empty.options.url = QUrl(QStringLiteral("http://192.0.2.7/"));
        empty.options.mode = StressMode::Silent;
        const QByteArray html = empty.toHtml();
        QVERIFY(html.contains("<dt>p99</dt><dd>–</dd>"));
        QVERIFY(html.contains("<dt>requests/s</dt><dd>–</dd>"));
        QVERIFY(html.contains("It told no diagnostics."));
        const QJsonObject json = QJsonDocument::fromJson(empty.toJson()).object();
        QVERIFY(json["latency_ms"]["p99"].isNull() && json["connect_ms"]["p50"].isNull());
        QVERIFY(json["board"]["before"].isNull() && json["generator_cpu_share"].isNull());
        QVERIFY(empty.toText().contains("p50 –"));
    }
    void theSecondsOfTheTableHaveWhatTheBoardSaidAtTheirEnds() {
        const QList<QByteArray> rows = report().toCsv().trimmed().split('\n');
        QCOMPARE(rows.size(), 3);
        QCOMPARE(rows[1], QByteArray("0,60,5,1.000,2.000,3.000,2,,,,,,"));  // it said nothing at 1 s
        QCOMPARE(rows[2], QByteArray("1,40,5,1.000,2.000,3.000,2,5,0,0,0,0,"));
        for (const QByteArray& row : rows)
            QCOMPARE(row.count(','), 12);
    }
    void aLongerP99IsWorseFromTheLimitOn_data() {
        QTest::addColumn<double>("p99");
        QTest::addColumn<bool>("worse");
        QTest::newRow("shorter") << 90.0 << false;
        QTest::newRow("at the limit") << 110.0 << false;
        QTest::newRow("beyond it") << 110.1 << true;
    }
    void aLongerP99IsWorseFromTheLimitOn() {
        QFETCH(double, p99);
        QFETCH(bool, worse);
        RunFigures a;
        a.p99Ms = 100;
        RunFigures b = a;
        b.p99Ms = p99;
        QCOMPARE(compareRuns(a, b, 10).worse, worse);
        QVERIFY(!compareRuns(a, b, std::nullopt).worse);
        b.failed = 1;
        QVERIFY(compareRuns(a, b, std::nullopt).worse);
        QVERIFY(!compareRuns(b, b, std::nullopt).worse);
    }
    void bothFormatsAreReadBack() {
        QString error;
        const auto json = readRunFigures(report().toJson(), error);
        QVERIFY2(json, qPrintable(error));
        QCOMPARE(json->failed, quint64{10});
        QCOMPARE(*json->perS, 50.0);
        QCOMPARE(*json->p99Ms, report().latency.percentile(99));
        const auto csv = readRunFigures(report().toCsv(), error);
        QVERIFY2(csv, qPrintable(error));
        QCOMPARE(csv->failed, quint64{10});
        QCOMPARE(*csv->p99Ms, 2.0);
        QCOMPARE(*csv->maxMs, 3.0);
    }
    void whatIsNoReportIsSaidToBeNone() {
        for (const QByteArray& text :
             {QByteArray(), QByteArray("{}"), QByteArray("[1]"), QByteArray("a,b\n1,2"),
              QByteArray("second,answered,failed,p50_ms,p99_ms,max_ms,o\nx"),
              QByteArray("{\"requests\":{\"ok\":-1,\"failed\":0},\"duration_s\":1,"
                         "\"latency_ms\":{}}")}) {
            QString error;
            QVERIFY2(!readRunFigures(text, error), text.constData());
            QVERIFY2(!error.isEmpty(), text.constData());
        }
    }
    void aPercentageIsReadStrictly() {
        QCOMPARE(parsePercent("10%").value_or(-1), 10.0);
        QCOMPARE(parsePercent("0").value_or(-1), 0.0);
        QCOMPARE(parsePercent("2.5 %").value_or(-1), 2.5);
        for (const char* text : {"", "%", "-1%", "1e3", "10%%", "100001", "ten"})
            QVERIFY2(!parsePercent(QLatin1String(text)), text);
    }
    void aMixIsReadStrictly() {
        QString error;
        const auto mix = parseStressMix("# all\n7 /api/v1/state\r\n\n 2 /x?a=b # c\n", error);
        QCOMPARE(mix, (QList<StressMixEntry>{{"/api/v1/state", 7}, {"/x?a=b", 2}}));
        for (const char* text : {"", "# none", "0 /a", "1 a", "/a", "1 /a b", "10000 /a", "1 /\x01"}) {
            error.clear();
            QVERIFY2(parseStressMix(text, error).isEmpty(), text);
            QVERIFY2(!error.isEmpty(), text);
        }
        QByteArray many;
        for (int i = 0; i < StressOptions::mixEntriesMax; ++i)
            many += "1 /a\n";
        QCOMPARE(parseStressMix(many, error).size(), StressOptions::mixEntriesMax);
        QVERIFY(parseStressMix(many + "1 /a\n", error).isEmpty());
    }
};

QTEST_GUILESS_MAIN(StressFormatsTest)
#include "tst_stress_formats.moc"
