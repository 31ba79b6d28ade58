#include <QStringList>

#include "desktop/core/stress/stress_report.hpp"

namespace boardwalk::desktop {

namespace {

QString row(const QString& name, const QString& value) {
    return QStringLiteral("  %1%2\n").arg(name, -13).arg(value);
}

QString ms(double value) { return QString::number(value, 'f', value < 10 ? 3 : value < 1000 ? 1 : 0); }

}  // namespace

QByteArray StressReport::toCsv() const {
    QByteArray csv = "second,answered,failed,p50_ms,p99_ms,max_ms,open_connections\n";
    for (const StressSecond& each : seconds) {
        csv += QByteArray::number(each.second) + ',' + QByteArray::number(each.requests) + ',' +
               QByteArray::number(each.failed);
        for (const double ms : {each.p50Ms, each.p99Ms, each.maxMs})
            csv += ',' + (each.requests == 0 ? QByteArray() : QByteArray::number(ms, 'f', 3));
        csv += ',' + QByteArray::number(each.open) + '\n';
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
    text += row(QStringLiteral("latency ms"),
                QStringLiteral("p50 %1  p90 %2  p99 %3  p99.9 %4  max %5")
                    .arg(ms(latency.percentile(50)), ms(latency.percentile(90)), ms(latency.percentile(99)),
                         ms(latency.percentile(99.9)), ms(latency.maxMs())));
    text += row(QStringLiteral("connect ms"),
                QStringLiteral("p50 %1  p99 %2").arg(ms(connect.percentile(50)), ms(connect.percentile(99))));
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
    return text + verdict() + QLatin1Char('\n');
}

}  // namespace boardwalk::desktop
