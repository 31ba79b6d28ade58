#include "desktop/core/stress/report/stress_compare.hpp"

#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <vector>

namespace boardwalk::desktop {

namespace {

std::optional<double> figureIn(const QJsonValue& value) {
    if (!value.isDouble() || !std::isfinite(value.toDouble()) || value.toDouble() < 0) return std::nullopt;
    return value.toDouble();
}

std::optional<RunFigures> readJson(const QJsonObject& root, QString& error) {
    const QJsonValue requests = root.value(u"requests");
    const QJsonValue latency = root.value(u"latency_ms");
    const auto ok = figureIn(requests[QStringLiteral("ok")]);
    const auto failed = figureIn(requests[QStringLiteral("failed")]);
    const auto duration = figureIn(root.value(u"duration_s"));
    if (!ok || !failed || !duration || !latency.isObject()) {
        error = QStringLiteral("is JSON, but not a report of this program");
        return std::nullopt;
    }
    RunFigures figures;
    figures.mode = root.value(u"mode").toString();
    figures.failed = static_cast<quint64>(std::min(*failed, 1e15));
    if (*duration > 0 && *ok > 0) figures.perS = *ok / *duration;
    figures.p50Ms = figureIn(latency[QStringLiteral("p50")]);
    figures.p99Ms = figureIn(latency[QStringLiteral("p99")]);
    figures.maxMs = figureIn(latency[QStringLiteral("max")]);
    return figures;
}

/// The value that half of the answers were given in seconds of at most that.
std::optional<double> medianOf(std::vector<std::pair<double, double>> valuesAndWeights) {
    std::sort(valuesAndWeights.begin(), valuesAndWeights.end());
    double sum = 0;
    for (const auto& [value, weight] : valuesAndWeights)
        sum += weight;
    double seen = 0;
    for (const auto& [value, weight] : valuesAndWeights) {
        seen += weight;
        if (seen * 2 >= sum && weight > 0) return value;
    }
    return std::nullopt;
}

std::optional<RunFigures> readCsv(const QByteArray& text, QString& error) {
    const QList<QByteArray> lines = text.trimmed().split('\n');
    if (!lines.first().startsWith("second,answered,failed,p50_ms,p99_ms,max_ms,")) {
        error = QStringLiteral("is neither a JSON report nor a CSV of this program");
        return std::nullopt;
    }
    RunFigures figures;
    figures.fromSeconds = true;
    std::vector<std::pair<double, double>> p50;
    std::vector<std::pair<double, double>> p99;
    std::vector<std::pair<double, double>> counts;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const QList<QByteArray> cells = lines[i].split(',');
        const double count = cells.value(1).toDouble();
        if (cells.size() < 7 || !std::isfinite(count) || count < 0) {
            error = QStringLiteral("line %1 is no second of a test").arg(i + 1);
            return std::nullopt;
        }
        counts.emplace_back(count, 1);
        figures.failed += cells[2].toULongLong();
        if (count == 0) continue;
        p50.emplace_back(cells[3].toDouble(), count);
        p99.emplace_back(cells[4].toDouble(), count);
        figures.maxMs = std::max(figures.maxMs.value_or(0), cells[5].toDouble());
    }
    if (!p99.empty()) figures.perS = medianOf(std::move(counts));
    figures.p50Ms = medianOf(std::move(p50));
    figures.p99Ms = medianOf(std::move(p99));
    return figures;
}

QString shown(const std::optional<double>& value) {
    if (!value) return QStringLiteral("–");
    const bool whole = *value == std::floor(*value);
    return QString::number(*value, 'f', whole || *value >= 1000 ? 0 : *value < 10 ? 3 : 1);
}

QString row(const char* name, const std::optional<double>& a, const std::optional<double>& b) {
    const QString change = a && b && *a > 0 ? QStringLiteral("%1%2 %")
                                                  .arg(*b >= *a ? QStringLiteral("+") : QString())
                                                  .arg((*b - *a) / *a * 100, 0, 'f', 1)
                                            : QStringLiteral("–");
    return QStringLiteral("  %1%2%3%4\n")
        .arg(QLatin1String(name), -14)
        .arg(shown(a), 12)
        .arg(shown(b), 12)
        .arg(change, 12);
}

}  // namespace

std::optional<RunFigures> readRunFigures(const QByteArray& text, QString& error) {
    const QJsonDocument json = QJsonDocument::fromJson(text);
    return json.isObject() ? readJson(json.object(), error) : readCsv(text, error);
}

RunComparison compareRuns(const RunFigures& a, const RunFigures& b, std::optional<double> p99WorseMax) {
    RunComparison made;
    made.text = QStringLiteral("  %1%2%3%4\n")
                    .arg(QString(), -14)
                    .arg(QStringLiteral("A"), 12)
                    .arg(QStringLiteral("B"), 12)
                    .arg(QStringLiteral("change"), 12);
    made.text += row("requests/s", a.perS, b.perS) + row("p50 ms", a.p50Ms, b.p50Ms) +
                 row("p99 ms", a.p99Ms, b.p99Ms) + row("slowest ms", a.maxMs, b.maxMs) +
                 row("failed", static_cast<double>(a.failed), static_cast<double>(b.failed));
    if (a.fromSeconds || b.fromSeconds)
        made.text += QStringLiteral("Of a CSV, requests/s, p50 and p99 are the medians of its seconds.\n");
    if (!a.mode.isEmpty() && !b.mode.isEmpty() && a.mode != b.mode)
        made.text += QStringLiteral("The modes differ: A %1, B %2.\n").arg(a.mode, b.mode);
    QStringList worse;
    if (b.failed > a.failed) worse += QStringLiteral("more requests failed");
    if (p99WorseMax && a.p99Ms && !b.p99Ms) worse += QStringLiteral("nothing was answered");
    if (p99WorseMax && a.p99Ms && b.p99Ms && *b.p99Ms > *a.p99Ms * (1 + *p99WorseMax / 100))
        worse += QStringLiteral("p99 is more than %1 % longer").arg(*p99WorseMax, 0, 'g', 6);
    made.worse = !worse.isEmpty();
    made.text += made.worse ? QStringLiteral("B is worse: %1.\n").arg(worse.join(QStringLiteral(", ")))
                            : QStringLiteral("B is not worse.\n");
    return made;
}

std::optional<double> parsePercent(const QString& text) {
    static const QRegularExpression shape(QStringLiteral("\\A(\\d{1,6}(?:\\.\\d{1,3})?)\\s*%?\\z"));
    const auto match = shape.match(text.trimmed());
    const double value = match.captured(1).toDouble();
    return match.hasMatch() && value <= 100'000 ? std::optional(value) : std::nullopt;
}

}  // namespace boardwalk::desktop
