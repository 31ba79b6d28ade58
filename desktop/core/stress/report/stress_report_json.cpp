#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "desktop/core/stress/latency_trail.hpp"
#include "desktop/core/stress/report/stress_report.hpp"

namespace boardwalk::desktop {

namespace {

using Json = nlohmann::ordered_json;

constexpr auto state_letters = "wcoaert";  // of ConnectionState, in order
constexpr qsizetype seconds_max = 24 * 3600 + 60;
constexpr double count_max = 1e15;
constexpr double seconds_value_max = 1e7;
constexpr double ms_max = 1e10;

/// To the microsecond: what is behind it is noise.
double rounded(double value) { return std::round(value * 1000) / 1000; }

/// Null when nothing was measured.
Json percentile(const Histogram& histogram, double percent) {
    return histogram.count() == 0 ? Json() : Json(rounded(histogram.percentile(percent)));
}

Json latencies(const Histogram& histogram) {
    return {{"p50", percentile(histogram, 50)},
            {"p90", percentile(histogram, 90)},
            {"p99", percentile(histogram, 99)},
            {"p999", percentile(histogram, 99.9)},
            {"max", percentile(histogram, 100)}};
}

/// Diagnostics as the board said them; null where it did not.
Json said(const QByteArray& diagnostics) {
    Json json = Json::parse(diagnostics.begin(), diagnostics.end(), nullptr, false);
    return json.is_discarded() ? Json() : json;
}

Json boardOf(const BoardSide& board) {
    if (!board.known()) return {{"before", nullptr}, {"after", nullptr}, {"peak", nullptr}};
    return {{"before", said(board.before)},
            {"after", said(board.after)},
            {"peak",
             {{"connections", board.peakConnections()},
              {"buffers", board.peakBuffers()},
              {"waiting", board.peakWaiting()}}}};
}

Json contractOf(const StressReport& report) {
    const StressOptions& options = report.options;
    Json statuses = Json::object();
    for (auto it = report.status.begin(); it != report.status.end(); ++it)
        statuses[std::to_string(it.key())] = it.value();
    Json json{{"url", options.url.toString(QUrl::FullyEncoded).toStdString()},
              {"mode", stressModeName(options.mode).toStdString()},
              {"started", report.started.isValid()
                              ? Json(report.started.toUTC().toString(Qt::ISODateWithMs).toStdString())
                              : Json()},
              {"connections", options.connections},
              {"duration_s", rounded(report.durationS)},
              {"rate_per_s", options.mode == StressMode::Rate ? Json(options.ratePerS) : Json()}};
    json["requests"] = {
        {"sent", report.requests.sent}, {"ok", report.requests.ok}, {"failed", report.requests.failed}};
    json["latency_ms"] = latencies(report.latency);
    json["connect_ms"] = {{"p50", percentile(report.connect, 50)}, {"p99", percentile(report.connect, 99)}};
    json["status"] = statuses;
    json["errors"] = {{"reset", report.errors.reset},
                      {"refused", report.errors.refused},
                      {"connect_timeout", report.errors.connectTimeout},
                      {"timeout", report.errors.timeout},
                      {"early_close", report.errors.earlyClose}};
    json["outcome"] = {{"open", report.outcome.open},
                       {"answered", report.outcome.answered},
                       {"evicted", report.outcome.evicted},
                       {"refused", report.outcome.refused},
                       {"timed_out", report.outcome.timedOut}};
    json["cut"] = report.requests.cut;
    json["pages"] = report.options.mode != StressMode::Browser
                        ? Json()
                        : Json{{"whole", report.pages.count()},
                               {"broken", report.pagesBroken},
                               {"p50_ms", percentile(report.pages, 50)},
                               {"p99_ms", percentile(report.pages, 99)}};
    json["generator_cpu_share"] = report.generatorShare > 0 ? Json(rounded(report.generatorShare)) : Json();
    json["board"] = boardOf(report.board);
    json["verdict"] = report.verdict().toStdString();
    return json;
}

Json valuesOf(const Histogram& histogram) {
    Json values = Json::array();
    for (const auto& [ms, count] : histogram.values())
        values.push_back({rounded(ms), count});
    return {{"max_ms", histogram.maxMs()}, {"values", std::move(values)}};
}

Json pointsOf(const std::vector<LatencyPoint>& all) {
    LatencyTrail kept(StressReport::keptPointsMax);
    for (const LatencyPoint& point : all)
        kept.add(point);
    Json points = Json::array();
    for (const LatencyPoint& each : kept.points())
        points.push_back({rounded(each.atS), rounded(each.ms), each.failed ? 1 : 0});
    return points;
}

Json secondsOf(const std::vector<StressSecond>& all) {
    Json seconds = Json::array();
    for (const StressSecond& each : all)
        seconds.push_back({each.requests, each.failed, rounded(each.p50Ms), rounded(each.p99Ms),
                           rounded(each.maxMs), each.open});
    return seconds;
}

Json boardSecondsOf(const BoardSide& board) {
    Json seconds = Json::array();
    for (const BoardSecond& each : board.seconds) {
        Json states = Json::array();
        for (const int count : each.slots)
            states.push_back(count);
        seconds.push_back({rounded(each.atS), each.answeredMs ? Json(rounded(*each.answeredMs)) : Json(),
                           std::move(states), each.worked, rounded(each.busyShare), each.peakConnections,
                           each.peakBuffers, each.peakWaiting, each.evicted, each.refused, each.timedOut,
                           rounded(each.requestsPerS), each.p99Ms ? Json(rounded(*each.p99Ms)) : Json(),
                           each.restarted ? 1 : 0});
    }
    return seconds;
}

Json mixOf(const QList<StressMixEntry>& mix) {
    Json entries = Json::array();
    for (const StressMixEntry& each : mix)
        entries.push_back({each.weight, each.target.toStdString()});
    return entries;
}

Json detailsOf(const StressReport& report) {
    std::string states;
    for (const ConnectionState state : report.connections)
        states += state_letters[static_cast<std::size_t>(state)];
    return {{"duration_asked_s", static_cast<double>(report.options.durationMs) / 1000},
            {"stopped", report.stopped},
            {"unknown_host", report.unknownHost},
            {"retried", report.requests.retried},
            {"evictions", report.evictions},
            {"opened_once", report.openedOnce},
            {"latency", valuesOf(report.latency)},
            {"connect", valuesOf(report.connect)},
            {"connections", states},
            {"mix", mixOf(report.options.mix)},
            {"slow_bytes_per_s", report.options.slowBytesPerS},
            {"pages", valuesOf(report.pages)},
            {"silence", {report.silence.fromS, report.silence.toS, report.silence.ended ? 1 : 0}},
            {"slots_max", report.board.slotsMax},
            {"buffers_max", report.board.buffersMax},
            {"board_seconds", boardSecondsOf(report.board)},
            {"points", pointsOf(report.points)},
            {"seconds", secondsOf(report.seconds)}};
}

// Reading: a file may hold anything. A number is finite and within bounds, a list no longer than what is
// written.

double numberIn(const QJsonValue& value, double most) {
    const double number = value.toDouble();
    return std::isfinite(number) ? std::clamp(number, 0.0, most) : 0;
}

quint64 countIn(const QJsonValue& value) { return static_cast<quint64>(numberIn(value, count_max)); }

int connectionsIn(const QJsonValue& value) {
    return static_cast<int>(numberIn(value, StressOptions::connectionsMax));
}

Histogram readHistogram(const QJsonValue& value) {
    std::vector<std::pair<double, quint64>> values;
    const QJsonArray entries = value[QStringLiteral("values")].toArray();
    for (const QJsonValue entry : entries)
        values.emplace_back(numberIn(entry[0], ms_max), countIn(entry[1]));
    return Histogram::restored(values, numberIn(value[QStringLiteral("max_ms")], ms_max));
}

std::vector<LatencyPoint> readPoints(const QJsonArray& entries) {
    std::vector<LatencyPoint> points;
    for (const QJsonValue entry : entries) {
        if (points.size() >= StressReport::pointsMax) break;
        points.push_back(
            {numberIn(entry[0], seconds_value_max), numberIn(entry[1], ms_max), entry[2].toInt() != 0});
    }
    return points;
}

std::vector<StressSecond> readSeconds(const QJsonArray& entries) {
    std::vector<StressSecond> seconds;
    for (qsizetype i = 0; i < std::min(entries.size(), seconds_max); ++i) {
        const QJsonValue entry = entries[i];
        seconds.push_back({static_cast<int>(i), countIn(entry[0]), countIn(entry[1]),
                           numberIn(entry[2], ms_max), numberIn(entry[3], ms_max), numberIn(entry[4], ms_max),
                           connectionsIn(entry[5])});
    }
    return seconds;
}

std::vector<ConnectionState> readStates(const QByteArray& letters) {
    const QByteArray known(state_letters);
    std::vector<ConnectionState> states;
    for (const char letter : letters.left(StressOptions::connectionsMax))
        if (const qsizetype at = known.indexOf(letter); at >= 0)
            states.push_back(static_cast<ConnectionState>(at));
    return states;
}

std::optional<double> readMs(const QJsonValue& value) {
    return value.isDouble() ? std::optional(numberIn(value, ms_max)) : std::nullopt;
}

int smallIn(const QJsonValue& value) { return static_cast<int>(numberIn(value, 100'000)); }

BoardSide readBoard(const QJsonObject& details) {
    BoardSide board;
    board.slotsMax = smallIn(details.value(u"slots_max"));
    board.buffersMax = smallIn(details.value(u"buffers_max"));
    const QJsonArray entries = details.value(u"board_seconds").toArray();
    for (qsizetype i = 0; i < std::min(entries.size(), seconds_max); ++i) {
        const QJsonArray entry = entries[i].toArray();
        BoardSecond second;
        second.atS = numberIn(entry.at(0), seconds_value_max);
        second.answeredMs = readMs(entry.at(1));
        for (std::size_t k = 0; k < second.slots.size(); ++k)
            second.slots.at(k) = smallIn(entry.at(2).toArray().at(static_cast<qsizetype>(k)));
        second.worked = smallIn(entry.at(3));
        second.busyShare = numberIn(entry.at(4), 1);
        second.peakConnections = smallIn(entry.at(5));
        second.peakBuffers = smallIn(entry.at(6));
        second.peakWaiting = smallIn(entry.at(7));
        second.evicted = countIn(entry.at(8));
        second.refused = countIn(entry.at(9));
        second.timedOut = countIn(entry.at(10));
        second.requestsPerS = numberIn(entry.at(11), 1e9);
        second.p99Ms = readMs(entry.at(12));
        second.restarted = entry.at(13).toInt() != 0;
        board.seconds.push_back(second);
    }
    return board;
}

QList<StressMixEntry> readMix(const QJsonArray& entries) {
    QList<StressMixEntry> mix;
    for (const QJsonValue entry : entries) {
        if (mix.size() == StressOptions::mixEntriesMax) break;
        mix.append({entry[1].toString().toLatin1().left(1024), std::max(1, smallIn(entry[0]))});
    }
    return mix;
}

void readCounts(const QJsonObject& root, StressReport& report) {
    const QJsonValue requests = root.value(u"requests");
    report.requests = {countIn(requests[QStringLiteral("sent")]), countIn(requests[QStringLiteral("ok")]),
                       countIn(requests[QStringLiteral("failed")]), 0};
    const QJsonValue errors = root.value(u"errors");
    report.errors = {countIn(errors[QStringLiteral("reset")]), countIn(errors[QStringLiteral("refused")]),
                     countIn(errors[QStringLiteral("connect_timeout")]),
                     countIn(errors[QStringLiteral("timeout")]),
                     countIn(errors[QStringLiteral("early_close")])};
    const QJsonValue outcome = root.value(u"outcome");
    report.outcome = {
        connectionsIn(outcome[QStringLiteral("open")]), connectionsIn(outcome[QStringLiteral("answered")]),
        connectionsIn(outcome[QStringLiteral("evicted")]), connectionsIn(outcome[QStringLiteral("refused")]),
        connectionsIn(outcome[QStringLiteral("timed_out")])};
    const QJsonObject statuses = root.value(u"status").toObject();
    for (auto it = statuses.begin(); it != statuses.end(); ++it) {
        const int status = it.key().toInt();
        if (status >= 100 && status <= 999) report.status[status] = countIn(it.value());
    }
}

void readDetails(const QJsonObject& details, StressReport& report) {
    report.options.durationMs =
        std::max<qint64>(1, std::llround(numberIn(details.value(u"duration_asked_s"), 86'400) * 1000));
    report.stopped = details.value(u"stopped").toBool();
    report.unknownHost = details.value(u"unknown_host").toBool();
    report.requests.retried = countIn(details.value(u"retried"));
    report.evictions = countIn(details.value(u"evictions"));
    report.openedOnce = connectionsIn(details.value(u"opened_once"));
    report.options.mix = readMix(details.value(u"mix").toArray());
    report.options.slowBytesPerS =
        std::clamp(smallIn(details.value(u"slow_bytes_per_s")), 1, StressOptions::slowBytesPerSMax);
    report.pages = readHistogram(details.value(u"pages"));
    const QJsonValue silence = details.value(u"silence");
    report.silence = {numberIn(silence[0], seconds_value_max), numberIn(silence[1], seconds_value_max),
                      silence[2].toInt() != 0};
    report.board = readBoard(details);
    report.latency = readHistogram(details.value(u"latency"));
    report.connect = readHistogram(details.value(u"connect"));
    report.connections = readStates(details.value(u"connections").toString().toLatin1());
    report.points = readPoints(details.value(u"points").toArray());
    report.seconds = readSeconds(details.value(u"seconds").toArray());
}

}  // namespace

QByteArray StressReport::toJson() const {
    return QByteArray::fromStdString(contractOf(*this).dump(2)) + '\n';
}

QByteArray StressReport::toKeptJson() const {
    Json json = contractOf(*this);
    json["details"] = detailsOf(*this);
    return QByteArray::fromStdString(json.dump()) + '\n';
}

std::optional<StressReport> StressReport::fromJson(const QByteArray& json) {
    const QJsonObject root = QJsonDocument::fromJson(json).object();
    const auto mode = stressModeOf(root.value(u"mode").toString());
    const QUrl url(root.value(u"url").toString(), QUrl::StrictMode);
    if (!mode || !url.isValid() || !root.value(u"requests").isObject() || !root.value(u"details").isObject())
        return std::nullopt;
    StressReport report;
    report.options.url = url;
    report.options.mode = *mode;
    report.options.connections = std::max(1, connectionsIn(root.value(u"connections")));
    report.options.ratePerS = numberIn(root.value(u"rate_per_s"), StressOptions::rateMax);
    report.started = QDateTime::fromString(root.value(u"started").toString(), Qt::ISODateWithMs);
    report.durationS = numberIn(root.value(u"duration_s"), seconds_value_max);
    readCounts(root, report);
    report.requests.cut = countIn(root.value(u"cut"));
    report.pagesBroken = countIn(root.value(u"pages")[QStringLiteral("broken")]);
    report.generatorShare = numberIn(root.value(u"generator_cpu_share"), 64);
    readDetails(root.value(u"details").toObject(), report);
    for (const auto& [from, into] :
         {std::pair("before", &report.board.before), {"after", &report.board.after}})
        if (const QJsonObject told = root.value(u"board")[QLatin1String(from)].toObject(); !told.isEmpty())
            *into = QJsonDocument(told).toJson(QJsonDocument::Compact);
    return report;
}

}  // namespace boardwalk::desktop
