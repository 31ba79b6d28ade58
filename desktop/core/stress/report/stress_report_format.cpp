#include <QStringList>

#include "desktop/core/stress/report/stress_report.hpp"

namespace boardwalk::desktop {

namespace {

QString row(const QString& name, const QString& value) {
    return QStringLiteral("  %1%2\n").arg(name, -13).arg(value);
}

QByteArray boardCells(const BoardSecond& second) {
    QByteArray cells;
    for (const quint64 count : {quint64(second.peakConnections), quint64(second.peakBuffers),
                                quint64(second.peakWaiting), second.evicted, second.refused})
        cells += ',' + QByteArray::number(count);
    return cells + ',' + (second.p99Ms ? QByteArray::number(*second.p99Ms, 'f', 3) : QByteArray());
}

QString ms(const Histogram& histogram, double percent) {
    if (histogram.count() == 0) return QStringLiteral("–");
    const double value = histogram.percentile(percent);
    return QString::number(value, 'f', value < 10 ? 3 : value < 1000 ? 1 : 0);
}

}  // namespace

QByteArray StressReport::toCsv() const {
    QByteArray csv =
        "second,answered,failed,p50_ms,p99_ms,max_ms,open_connections,board_slots,board_buffers,board_"
        "waiting,"
        "board_evicted,board_refused,board_p99_ms\n";
    auto told = board.seconds.begin();
    for (const StressSecond& each : seconds) {
        csv += QByteArray::number(each.second) + ',' + QByteArray::number(each.requests) + ',' +
               QByteArray::number(each.failed);
        for (const double ms : {each.p50Ms, each.p99Ms, each.maxMs})
            csv += ',' + (each.requests == 0 ? QByteArray() : QByteArray::number(ms, 'f', 3));
        csv += ',' + QByteArray::number(each.open);
        // Of a second tells what was asked at its end.
        while (told != board.seconds.end() && told->atS < each.second + 1)
            ++told;
        csv += told == board.seconds.end() || !told->answeredMs ? QByteArray(",,,,,,") : boardCells(*told);
        csv += '\n';
    }
    return csv;
}

QString StressReport::toText() const {
    const double perS = durationS > 0 ? static_cast<double>(requests.ok) / durationS : 0;
    QString text = QStringLiteral("%1, %2 connections, %3, %4 s\n")
                       .arg(options.url.toString())
                       .arg(options.connections)
                       .arg(stressModeName(options.mode))
                       .arg(durationS, 0, 'f', 1);
    text +=
        row(QStringLiteral("requests"), QStringLiteral("%1 sent, %2 answered (%3/s), %4 failed, %5 retried")
                                            .arg(requests.sent)
                                            .arg(requests.ok)
                                            .arg(perS, 0, 'f', perS < 100 ? 1 : 0)
                                            .arg(requests.failed)
                                            .arg(requests.retried));
    text += row(QStringLiteral("latency ms"), QStringLiteral("p50 %1  p90 %2  p99 %3  p99.9 %4  max %5")
                                                  .arg(ms(latency, 50), ms(latency, 90), ms(latency, 99),
                                                       ms(latency, 99.9), ms(latency, 100)));
    text += row(QStringLiteral("connect ms"),
                QStringLiteral("p50 %1  p99 %2").arg(ms(connect, 50), ms(connect, 99)));
    QStringList statuses;
    for (auto it = status.begin(); it != status.end(); ++it)
        statuses += QStringLiteral("%1: %2").arg(it.key()).arg(it.value());
    text += row(QStringLiteral("status"), statuses.isEmpty() ? QStringLiteral("none") : statuses.join(u"  "));
    text += row(QStringLiteral("errors"),
                QStringLiteral("%1 reset, %2 refused, %3 connect time-out, %4 time-out, %5 early close")
                    .arg(errors.reset)
                    .arg(errors.refused)
                    .arg(errors.connectTimeout)
                    .arg(errors.timeout)
                    .arg(errors.earlyClose));
    text +=
        row(QStringLiteral("connections"),
            QStringLiteral("%1 open, %2 answered, %3 evicted, %4 refused, %5 timed out; %6 evictions in all")
                .arg(outcome.open)
                .arg(outcome.answered)
                .arg(outcome.evicted)
                .arg(outcome.refused)
                .arg(outcome.timedOut)
                .arg(evictions));
    if (options.mode == StressMode::Browser)
        text += row(QStringLiteral("pages"), QStringLiteral("%1 whole, %2 not; ms p50 %3  p99 %4  max %5")
                                                 .arg(pages.count())
                                                 .arg(pagesBroken)
                                                 .arg(ms(pages, 50), ms(pages, 99), ms(pages, 100)));
    if (options.mode == StressMode::Slow)
        text += row(QStringLiteral("slow"), QStringLiteral("%1 ended by the board").arg(requests.cut));
    if (board.known())
        text += row(QStringLiteral("board"),
                    QStringLiteral("at most %1 of %2 slots, %3 of %4 buffers, %5 in line; %6 evicted, %7 "
                                   "refused, %8 timed out")
                        .arg(board.peakConnections())
                        .arg(board.slotsMax)
                        .arg(board.peakBuffers())
                        .arg(board.buffersMax)
                        .arg(board.peakWaiting())
                        .arg(board.last().evicted)
                        .arg(board.last().refused)
                        .arg(board.last().timedOut));
    if (generatorShare > 0)
        text += row(QStringLiteral("this test"),
                    QStringLiteral("took %1 % of a processor").arg(generatorShare * 100, 0, 'f', 0));
    return text + verdict() + QLatin1Char('\n');
}

}  // namespace boardwalk::desktop
