#include "desktop/core/board/readings_csv.hpp"

#include <cmath>
#include <map>
#include <vector>

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {

/// A field of a board's words. A spreadsheet takes what begins with one of these signs for a formula.
QByteArray field(const QString& foreign) {
    QString text = printable(foreign);
    if (!text.isEmpty() && QStringLiteral("=+-@").contains(text.front())) text.prepend(u'\'');
    return '"' + text.replace(u'"', QStringLiteral("\"\"")).toUtf8() + '"';
}

QByteArray headOf(const protocol::Reading& reading) {
    const QString unit = qt(reading.unit);
    return field(unit.isEmpty() ? qt(reading.name) : QStringLiteral("%1 (%2)").arg(qt(reading.name), unit));
}

}  // namespace

QByteArray readingsCsv(const BoardState& state, qint64 from_ms) {
    const auto& readings = state.state().readings;
    QByteArray csv = "time,uptime_s";
    std::map<qint64, std::vector<double>> rows;
    for (std::size_t column = 0; column < readings.size(); ++column) {
        csv += ',' + headOf(readings[column]);
        const SeriesRing& ring = state.series(readings[column].id);
        for (int i = ring.lowerBound(from_ms); i < ring.size(); ++i) {
            auto& row = rows[ring.at(i).uptime_ms];
            row.resize(readings.size(), Sample().value);
            row[column] = ring.at(i).value;
        }
    }
    csv += "\r\n";
    const qint64 now_ms = state.uptimeNow();
    const QDateTime now = state.clockNow().toUTC();
    for (const auto& [uptime_ms, values] : rows) {
        csv += now.addMSecs(uptime_ms - now_ms).toString(Qt::ISODateWithMs).toLatin1() + ',' +
               QByteArray::number(double(uptime_ms) / 1000, 'f', 3);
        for (const double value : values)
            csv += ',' + (std::isfinite(value) ? QByteArray::number(value, 'g', 12) : QByteArray());
        csv += "\r\n";
    }
    return csv;
}

}  // namespace boardwalk::desktop
