#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>

#include "desktop/core/http/response_reader.hpp"
#include "desktop/core/stress/engine/pacer.hpp"
#include "desktop/core/stress/histogram.hpp"
#include "desktop/core/stress/latency_trail.hpp"
#include "desktop/core/stress/stress_options.hpp"
#include "desktop/core/stress/stress_tally.hpp"

using namespace boardwalk::desktop;
using State = ResponseReader::State;

namespace {

ResponseReader read(const QByteArray& bytes, bool end = false) {
    ResponseReader reader;
    reader.feed(bytes);
    if (end) reader.feedEnd();
    return reader;
}

}  // namespace

class StressParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anAnswerSplitAtAnyByteReadsTheSame_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::addColumn<quint64>("body");
        QTest::addColumn<bool>("keepAlive");
        const auto row = [](const char* name, const char* answer, int status, quint64 body, bool keepAlive) {
            QTest::newRow(name) << QByteArray(answer) << status << body << keepAlive;
        };
        row("length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, 5, true);
        row("no body", "HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n", 200, 0, true);
        row("close", "HTTP/1.1 503 Busy\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\n!", 503, 1,
            false);
        row("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", 200, 2, false);
        row("not modified", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 304, 0, true);
        row("interim first",
            "HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, 1,
            true);
        row("chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
            "A;ext=1\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
            200, 13, true);
    }
    void anAnswerSplitAtAnyByteReadsTheSame() {
        QFETCH(QByteArray, answer);
        for (qsizetype first = 0; first <= answer.size(); ++first) {
            for (qsizetype second = first; second <= answer.size(); ++second) {
                ResponseReader reader;
                reader.feed(QByteArrayView(answer).first(first));
                reader.feed(QByteArrayView(answer).sliced(first, second - first));
                if (second < answer.size()) QCOMPARE(reader.state(), State::More);
                reader.feed(QByteArrayView(answer).sliced(second));
                QCOMPARE(reader.state(), State::Complete);
                QTEST(reader.status(), "status");
                QTEST(reader.bodyBytes(), "body");
                QTEST(reader.keepAlive(), "keepAlive");
            }
        }
    }

    void anAnswerThatCanBeReadInTwoWaysIsBad_data() {
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char* name, const char* answer) {
            QTest::newRow(name) << QByteArray(answer);
        };
        row("other protocol", "HTTP/2.0 200 OK\r\n\r\n");
        row("status not a number", "HTTP/1.1 2x0 OK\r\n\r\n");
        row("status below 100", "HTTP/1.1 099 OK\r\n\r\n");
        row("no space after the status", "HTTP/1.1 200\r\n\r\n");
        row("bare line feed", "HTTP/1.1 200 OK\n\n");
        row("bare carriage return", "HTTP/1.1 200 O\rK\r\n\r\n");
        row("space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n");
        row("folded line", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n");
        row("field without a colon", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n");
        row("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        row("negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n");
        row("length past 64 bits", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n");
        row("length and chunks",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        row("unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n");
        row("chunk size not hex", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
        row("chunk size missing", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n");
        row("chunk longer than said", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n");
        row("switching protocols", "HTTP/1.1 101 Switching\r\n\r\n");
    }
    void anAnswerThatCanBeReadInTwoWaysIsBad() {
        QFETCH(QByteArray, answer);
        QCOMPARE(read(answer).state(), State::Bad);
    }

    void aHeadAboveItsLimitIsBad() {
        const QByteArray start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: ";
        const qsizetype room = ResponseReader::headBytesMax - start.size() - 4;
        QCOMPARE(read(start + QByteArray(room, 'x') + "\r\n\r\n").state(), State::Complete);
        QCOMPARE(read(start + QByteArray(room + 1, 'x') + "\r\n\r\n").state(), State::Bad);
    }
    void aBodyWithoutALengthEndsWithTheConnection() {
        const QByteArray answer = "HTTP/1.1 200 OK\r\n\r\nsome";
        QCOMPARE(read(answer).state(), State::More);
        QCOMPARE(read(answer, true).state(), State::Complete);
        QVERIFY(!read(answer, true).keepAlive());
    }
    void aBodyShorterThanItsLengthIsBad() {
        QCOMPARE(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", true).state(), State::Bad);
    }
    void aCloseBeforeTheFirstByteIsNoAnswer() {
        QCOMPARE(read("", true).state(), State::More);
        QVERIFY(!read("", true).begun());
    }
    void bytesPastTheAnswerAreNotTaken() {
        ResponseReader reader;
        const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
        QCOMPARE(reader.feed(answer + "HTTP/1.1"), answer.size());
    }

    void aPercentileIsOffByLessThanOnePercent() {
        std::vector<double> values;
        Histogram histogram;
        double ms = 0.005;
        for (int i = 0; i < 20'000; ++i, ms *= 1.001) {
            values.push_back(ms);
            histogram.add(ms);
        }
        for (double percent : {0.1, 1.0, 50.0, 90.0, 99.0, 99.9}) {
            const auto rank =
                static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
            const double exact = std::min(values[rank - 1], 4'000'000.0);
            if (values[rank - 1] > 4'000'000) continue;  // past the range, where only the greatest is kept
            const double error = std::abs(histogram.percentile(percent) - exact);
            // Half a microsecond is the clock's own grain.
            QVERIFY2(error <= exact * 0.01 + 0.0005, qPrintable(QString::number(percent)));
        }
    }
    void anEmptyHistogramAnswersZero() {
        const Histogram histogram;
        QCOMPARE(histogram.percentile(99), 0.0);
        QCOMPARE(histogram.maxMs(), 0.0);
        QVERIFY(histogram.bins().empty());
    }
    void theGreatestValueIsKeptExactly() {
        Histogram histogram;
        histogram.add(12.3456);
        histogram.add(7'000'000);
        QCOMPARE(histogram.maxMs(), 7'000'000.0);
        QCOMPARE(histogram.percentile(100), 7'000'000.0);
    }
    void noPercentileExceedsTheGreatestValue() {
        Histogram histogram;
        histogram.add(1000.001);
        QVERIFY(histogram.percentile(50) <= histogram.maxMs());
    }
    void theBinsHoldEveryValueOnce() {
        Histogram histogram;
        for (int i = 1; i <= 5000; ++i)
            histogram.add(i * 0.37);
        quint64 sum = 0;
        double edge = 0;
        for (const auto& bin : histogram.bins()) {
            sum += bin.count;
            QVERIFY(bin.lowMs >= edge * 0.999999 && bin.highMs > bin.lowMs);
            edge = bin.highMs;
        }
        QCOMPARE(sum, quint64{5000});
    }

    void aTrailStaysSmallAndKeepsItsPeak() {
        LatencyTrail trail(100);
        for (int i = 0; i < 100'000; ++i)
            trail.add({i * 0.001, i == 33'333 ? 500.0 : 1.0, i == 70'001});
        QVERIFY(trail.points().size() <= 100);
        QVERIFY(trail.points().size() >= 50);
        const auto& points = trail.points();
        QVERIFY(std::any_of(points.begin(), points.end(), [](const auto& point) { return point.ms > 499; }));
        QVERIFY(std::any_of(points.begin(), points.end(), [](const auto& point) { return point.failed; }));
        QVERIFY(std::is_sorted(points.begin(), points.end(), [](auto& a, auto& b) { return a.atS < b.atS; }));
    }

    void aDurationHasAUnit_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("ms");
        const std::pair<const char*, qint64> rows[] = {
            {"500ms", 500}, {"10s", 10'000}, {"2m", 120'000}, {"1.5s", 1500}, {"7", 7000}, {"", -1},
            {"s", -1},      {"5h", -1},      {"-1s", -1},     {"1 s", -1},    {"1e3s", -1}};
        for (const auto& [text, ms] : rows)
            QTest::newRow(text) << QString::fromLatin1(text) << ms;
    }
    void aDurationHasAUnit() {
        QFETCH(QString, text);
        QTEST(parseDurationMs(text), "ms");
    }
    void aUrlWithoutAPathAsksForTheState() {
        QString error;
        StressOptions options;
        for (const char* url : {"http://127.0.0.1:8080", "127.0.0.1:8080/", "http://127.0.0.1:8080/"}) {
            options.url = parseStressUrl(QString::fromLatin1(url), error);
            QCOMPARE(options.target(), QByteArray("/api/v1/state"));
            QCOMPARE(options.hostField(), QByteArray("127.0.0.1:8080"));
        }
        options.url = parseStressUrl(QStringLiteral("http://[::1]/a%20b?c=d"), error);
        QCOMPARE(options.target(), QByteArray("/a%20b?c=d"));
        QCOMPARE(options.hostField(), QByteArray("[::1]"));
    }
    void whatIsNoHttpUrlIsRefusedInOneLine() {
        for (const char* url :
             {"", "http://", "https://a/", "ftp://a", "http://a:0/", "http://a:70000/", "http://u@a/"}) {
            QString error;
            QVERIFY2(parseStressUrl(QString::fromLatin1(url), error).isEmpty(), url);
            QVERIFY2(!error.isEmpty() && !error.contains(u'\n'), url);
        }
    }
    void optionsAreTakenUpToTheirLimits() {
        StressOptions options;
        options.url = QUrl(QStringLiteral("http://127.0.0.1/"));
        for (auto [connections, good] : {std::pair{0, false}, {1, true}, {512, true}, {513, false}}) {
            options.connections = connections;
            QCOMPARE(options.problem().isEmpty(), good);
        }
        options.connections = 1;
        options.mode = StressMode::Rate;
        QVERIFY(!options.problem().isEmpty());
        options.ratePerS = StressOptions::rateMax;
        QVERIFY(options.problem().isEmpty());
        options.ratePerS += 1;
        QVERIFY(!options.problem().isEmpty());
    }
    void aRateFallsDueEvenly() {
        QCOMPARE(Pacer::dueNs(100, 0), 0);
        QCOMPARE(Pacer::dueNs(100, 250), 2'500'000'000);
        QCOMPARE(Pacer::dueNs(5000, 7), 1'000'000);  // five come each millisecond
        QCOMPARE(Pacer::dueNs(5000, 50'000), 10'000'000'000);
    }
    void eachSecondHasARow() {
        StressTally tally;
        tally.answered(200, tally.nowNs());
        QTest::qWait(2100);
        tally.answered(500, tally.nowNs());
        tally.finish(tally.nowNs());
        QCOMPARE(tally.seconds.size(), std::size_t{3});
        QCOMPARE(tally.seconds[0].requests, quint64{1});
        QCOMPARE(tally.seconds[1].requests, quint64{0});
        QCOMPARE(tally.seconds[2].failed, quint64{1});
        QCOMPARE(tally.seconds[2].second, 2);
    }
};

QTEST_GUILESS_MAIN(StressParts)
#include "tst_stress_parts.moc"
