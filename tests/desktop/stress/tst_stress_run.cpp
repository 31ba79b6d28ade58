#include <QHostInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest/QtTest>

#include "tests/desktop/stress/run.hpp"

using namespace boardwalk::desktop;
using namespace boardwalk::desktop::test;

namespace {

int sum(const OutcomeCounts& outcome) {
    return outcome.open + outcome.answered + outcome.evicted + outcome.refused + outcome.timedOut;
}

}  // namespace

/// What becomes of requests and connections, and what the report says of it.
class StressRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPeerThatAnswersGetsRequestsOnTheSameConnections() {
        Peer peer(answers);
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(report.good());
        QVERIFY(report.requests.ok > 100);
        QCOMPARE(report.requests.sent, report.requests.ok);
        QCOMPARE(peer.requests(), static_cast<int>(report.requests.sent));
        QCOMPARE(peer.connections(), 4);
        QCOMPARE(report.outcome.answered, 4);
        QCOMPARE(report.status.value(200), report.requests.ok);
        QCOMPARE(report.connect.count(), quint64{4});
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void theRequestNamesItsHostAndPath() {
        Peer peer(answers);
        QUrl url = peer.url();
        url.setPath(QStringLiteral("/api/v1/info"));
        runTest(optionsFor(url, 1, 50));
        QVERIFY(peer.lastHead().startsWith("GET /api/v1/info HTTP/1.1\r\nHost: 127.0.0.1:"));
    }
    void aChunkedAnswerInPiecesIsAnAnswer() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab");
            socket.flush();
            QTimer::singleShot(5, &socket, [&socket] { socket.write("cd\r\n0\r\n\r\n"); });
        });
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(report.good());
        QCOMPARE(peer.connections(), 4);
        QVERIFY(report.latency.percentile(50) >= 4.5);
    }
    void anAnswerThatEndsWithTheConnectionIsAnAnswer() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write("HTTP/1.1 200 OK\r\n\r\nsome");
            socket.disconnectFromHost();
        });
        const StressReport report = runTest(optionsFor(peer.url(), 2));
        QVERIFY(report.good());
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void aConnectionClosedByAgreementIsOpenedAgain() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer("{}", "200 OK", "Connection: close\r\n"));
            socket.disconnectFromHost();
        });
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(report.good());
        QVERIFY(report.requests.ok > 8);
        QCOMPARE(report.requests.retried, quint64{0});
        QCOMPARE(report.evictions, quint64{0});
        QCOMPARE(report.outcome.answered, 4);
    }
    void aBoardThatAnswers503HasRefused() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write(Peer::answer("", "503 Busy", "Retry-After: 1\r\n"));
        });
        const StressReport report = runTest(optionsFor(peer.url()));
        QVERIFY(!report.good());
        QCOMPARE(report.requests.failed, report.requests.sent);
        QCOMPARE(report.errors.refused, 2 * report.requests.sent);
        QCOMPARE(report.outcome.refused, 4);
        QCOMPARE(report.requests.retried, report.requests.sent);
    }
    void aRequestRefusedOnceAndThenAnsweredHasNotFailed() {
        int count = 0;
        Peer peer([&](QTcpSocket& socket, int) {
            socket.write(++count == 1 ? Peer::answer("", "503 Busy") : Peer::answer());
        });
        const StressReport report = runTest(optionsFor(peer.url(), 1));
        QVERIFY(report.good());
        QCOMPARE(report.requests.retried, quint64{1});
        QCOMPARE(report.errors.refused, quint64{1});
        QVERIFY(report.latency.maxMs() >= 200);  // the wait belongs to the request
    }
    void aPortThatNobodyListensOnHasRefused() {
        QUrl url;
        {
            Peer peer(answers);
            url = peer.url();
        }
        const StressReport report = runTest(optionsFor(url));
        QVERIFY(!report.good());
        QCOMPARE(report.requests.failed, report.requests.sent);
        QVERIFY(report.errors.refused > 0);
        QCOMPARE(report.errors.refused, errorsOf(report));
        QCOMPARE(report.outcome.refused, 4);
    }
    void aResetIsToldFromAClose() {
        Peer resets([](QTcpSocket& socket, int) { Peer::reset(socket); });
        const StressReport reset = runTest(optionsFor(resets.url()));
        QVERIFY(!reset.good());
        QVERIFY(reset.errors.reset > 0);
        QCOMPARE(reset.errors.reset, errorsOf(reset));

        Peer closes([](QTcpSocket& socket, int) { socket.disconnectFromHost(); });
        const StressReport closed = runTest(optionsFor(closes.url()));
        QVERIFY(!closed.good());
        QVERIFY(closed.errors.earlyClose > 0);
        QCOMPARE(closed.errors.earlyClose, errorsOf(closed));
    }
    void anAnswerCutInItsBodyIsAnEarlyClose() {
        Peer peer([](QTcpSocket& socket, int) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
            socket.disconnectFromHost();
        });
        const StressReport report = runTest(optionsFor(peer.url(), 1));
        QVERIFY(!report.good());
        QCOMPARE(report.errors.earlyClose, errorsOf(report));
        QCOMPARE(report.errors.earlyClose, 2 * report.requests.failed);
    }
    void aPeerThatNeverAnswersTimesOutAndTheTestEnds() {
        Peer peer([](QTcpSocket&, int) {});
        const StressReport report = runTest(optionsFor(peer.url(), 3, 100));
        QVERIFY(!report.good());
        QCOMPARE(report.requests.failed, quint64{3});
        QCOMPARE(report.errors.timeout, quint64{3});
        QCOMPARE(report.requests.retried, quint64{0});
        QCOMPARE(report.outcome.timedOut, 3);
    }
    void aRequestThatMeetsTheCloseOfAnIdleConnectionIsSentAgain() {
        Peer peer([](QTcpSocket& socket, int request) {
            if (request == 2) Peer::reset(socket);  // as if it had crossed with the close
            else socket.write(Peer::answer());
        });
        const StressReport report = runTest(optionsFor(peer.url(), 1, 100));
        QVERIFY(report.good());
        QVERIFY(report.requests.retried > 0);
        QCOMPARE(report.evictions, report.requests.retried);
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void everyConnectionHasOneOutcome() {
        int count = 0;
        Peer peer([&](QTcpSocket& socket, int) {
            switch (++count % 4) {
                case 0: return Peer::reset(socket);
                case 1: return socket.disconnectFromHost();
                case 2: return void(socket.write(Peer::answer("", "503 Busy")));
                default: return void(socket.write(Peer::answer()));
            }
        });
        const StressReport report = runTest(optionsFor(peer.url(), 24));
        QCOMPARE(sum(report.outcome), 24);
        QCOMPARE(report.requests.sent, report.requests.ok + report.requests.failed);
    }
    void aHostWithTwoAddressesIsReachedOnTheSecond() {
        const auto found = QHostInfo::fromName(QStringLiteral("localhost")).addresses();
        if (found.size() < 2) QSKIP("localhost has one address here");
        Peer peer(answers, QHostAddress::LocalHostIPv6);
        QUrl url = peer.url();
        url.setHost(QStringLiteral("localhost"));
        const StressReport report = runTest(optionsFor(url));
        QVERIFY(report.good());
        QCOMPARE(errorsOf(report), quint64{0});
    }
    void theReportHasEveryMemberAlsoWhenNothingWasMeasured() {
        StressReport report;
        report.options.url = QUrl(QStringLiteral("http://127.0.0.1:1/"));
        const QJsonObject json = QJsonDocument::fromJson(report.toJson()).object();
        const auto keys = [&](const char* name) { return json.value(QLatin1String(name)).toObject().keys(); };
        QCOMPARE(json.keys(),
                 QStringList({"board", "connect_ms", "connections", "cut", "duration_s", "errors",
                              "generator_cpu_share", "latency_ms", "mode", "outcome", "pages", "rate_per_s",
                              "requests", "started", "status", "url", "verdict"}));
        QCOMPARE(keys("board"), QStringList({"after", "before", "peak"}));
        QCOMPARE(keys("requests"), QStringList({"failed", "ok", "sent"}));
        QCOMPARE(keys("latency_ms"), QStringList({"max", "p50", "p90", "p99", "p999"}));
        QCOMPARE(keys("connect_ms"), QStringList({"p50", "p99"}));
        QCOMPARE(keys("errors"),
                 QStringList({"connect_timeout", "early_close", "refused", "reset", "timeout"}));
        QCOMPARE(keys("outcome"), QStringList({"answered", "evicted", "open", "refused", "timed_out"}));
        QVERIFY(json.value(QStringLiteral("status")).isObject());
        for (const QJsonValue& value : json.value(QStringLiteral("latency_ms")).toObject())
            QVERIFY(value.isNull());
        for (const QJsonValue& value : json.value(QStringLiteral("connect_ms")).toObject())
            QVERIFY(value.isNull());
        QVERIFY(!json.value(QStringLiteral("verdict")).toString().isEmpty());
    }
    void aHostThatDoesNotExistIsSaid() {
        const StressReport report = runTest(optionsFor(QUrl(QStringLiteral("http://no-such-host.invalid/"))));
        QVERIFY(!report.good());
        QVERIFY(report.verdict().contains(QStringLiteral("no-such-host.invalid")));
        QCOMPARE(report.outcome.timedOut, 4);
    }
    void theVerdictNamesWhatWentWrong() {
        Peer peer([](QTcpSocket& socket, int) { Peer::reset(socket); });
        const QString verdict = runTest(optionsFor(peer.url(), 1)).verdict();
        QVERIFY(verdict.startsWith(QStringLiteral("No request was answered")));
        QVERIFY(verdict.contains(QStringLiteral("reset")) && !verdict.contains(QStringLiteral("refused")));
    }
};

QTEST_GUILESS_MAIN(StressRunTest)
#include "tst_stress_run.moc"
