#include "desktop/core/stress/engine/board_watch.hpp"

#include <QElapsedTimer>
#include <algorithm>
#include <utility>

#include "shared/messages_json.hpp"
#include "shared/names.hpp"

namespace boardwalk::desktop {

namespace {

constexpr qint64 answer_ms_max = 3000;
constexpr qint64 edge_ms_max = 1000;  ///< before and after the test
/// `peak` is of the board's last whole second, which began up to two ago: until then it tells of the time
/// before the test.
constexpr double peak_reaches_back_s = 2;
constexpr qsizetype bytes_max = 256 * 1024;
constexpr qsizetype kept_bytes_max = 32 * 1024;  ///< longer diagnostics are not kept as they were said

int clamped(std::uint64_t value) { return int(std::min<std::uint64_t>(value, 100'000)); }

}  // namespace

int BoardSide::peakConnections() const {
    int most = 0;
    for (const BoardSecond& each : seconds)
        most = std::max(most, each.peakConnections);
    return most;
}

int BoardSide::peakBuffers() const {
    int most = 0;
    for (const BoardSecond& each : seconds)
        most = std::max(most, each.peakBuffers);
    return most;
}

int BoardSide::peakWaiting() const {
    int most = 0;
    for (const BoardSecond& each : seconds)
        most = std::max(most, each.peakWaiting);
    return most;
}

std::optional<double> BoardSide::slowestAnswerMs() const {
    std::optional<double> slowest;
    for (const BoardSecond& each : seconds)
        if (each.answeredMs) slowest = std::max(slowest.value_or(0), *each.answeredMs);
    return slowest;
}

BoardWatch::BoardWatch(const QUrl& board, const QByteArray& below, Credential credential)
    : m_url(board), m_credential(std::move(credential)) {
    m_url.setPath(QString::fromLatin1(below) +
                  QString::fromLatin1(protocol::paths::diagnostics.data(),
                                      qsizetype(protocol::paths::diagnostics.size())));
    m_url.setQuery(QString());
    m_client.setKept(m_url, true);
}

void BoardWatch::begin(std::function<void()> ready) { ask(0, std::move(ready)); }

void BoardWatch::check(double atS) {
    if (m_asking || atS < m_nextS) return;
    m_nextS = int(atS) + 1;
    ask(atS, {});
}

void BoardWatch::end(double atS, std::function<void()> done) {
    if (m_asking) m_client.cancel(m_call);
    m_ending = true;
    ask(atS, std::move(done));
}

void BoardWatch::ask(double atS, std::function<void()> then) {
    HttpCall call;
    call.url = m_url;
    call.authorization = m_credential.authorization();
    call.cookie = m_credential.cookieField();
    call.bytes_max = bytes_max;
    call.ms_max = then ? edge_ms_max : answer_ms_max;
    call.keeps_connection = true;
    m_asking = true;
    QElapsedTimer clock;
    clock.start();
    m_call = m_client.send(call, [this, atS, clock, then = std::move(then)](const HttpAnswer& answer) {
        m_asking = false;
        if (answer.cancelled) return;
        take(atS, double(clock.nsecsElapsed()) / 1e6, answer);
        if (then) then();
    });
}

void BoardWatch::take(double atS, double tookMs, const HttpAnswer& answer) {
    BoardSecond second;
    second.atS = atS;
    const auto told = protocol::decode<protocol::Diagnostics>(
        {answer.body.constData(), std::size_t(answer.status == 200 ? answer.body.size() : 0)});
    if (answer.reached()) second.answeredMs = tookMs;
    if (!told) {
        // What is no board tells nothing; a board that tells nothing for once has been silent.
        if (m_side.known()) m_side.seconds.push_back(second);
        return;
    }
    const protocol::Diagnostics& now = *told;
    if (!m_first || now.uptime_ms < m_last->uptime_ms) {
        second.restarted = m_first.has_value();
        m_first = now;
    }
    m_last = now;
    if (m_side.before.isEmpty()) m_side.before = answer.body.left(kept_bytes_max + 1);
    m_side.after = answer.body;
    for (QByteArray* each : {&m_side.before, &m_side.after})
        if (each->size() > kept_bytes_max) each->clear();
    m_side.slotsMax = clamped(now.connections.max);
    m_side.buffersMax = clamped(now.buffers.max);
    double busy_ms = 0;
    for (const protocol::Slot& slot : now.slots) {
        ++second.slots.at(std::min(std::size_t(slot.state), BoardSecond::statesMax - 1));
        second.worked += slot.busy_ms.value_or(0) > 0 ? 1 : 0;
        busy_ms += std::min<double>(slot.busy_ms.value_or(0), 1000);
    }
    if (!now.slots.empty()) second.busyShare = busy_ms / 1000 / double(now.slots.size());
    const protocol::ConnectionCounts& c = now.connections;
    if (!m_peak) m_peak = now.peak;
    const auto most = [&](std::uint32_t protocol::PeakFigures::* what, std::uint64_t atThisMoment) {
        // Until then it tells of the time before the test, too: unless it tells of more than that had.
        const bool ofTheTest =
            now.peak && (atS >= peak_reaches_back_s || (m_peak && (*now.peak).*what > (*m_peak).*what));
        return clamped(ofTheTest ? (*now.peak).*what : atThisMoment);
    };
    second.peakConnections = most(&protocol::PeakFigures::connections, c.active + c.idle + c.websocket);
    second.peakBuffers = most(&protocol::PeakFigures::buffers, now.buffers.in_use);
    second.peakWaiting = most(&protocol::PeakFigures::waiting, now.buffers.waiting);
    second.evicted = c.evicted_total - std::min(c.evicted_total, m_first->connections.evicted_total);
    second.refused = c.refused_total - std::min(c.refused_total, m_first->connections.refused_total);
    second.timedOut = c.timed_out_total - std::min(c.timed_out_total, m_first->connections.timed_out_total);
    second.requestsPerS = now.requests.per_s;
    second.p99Ms = now.requests.p99_ms;
    if (!m_ending || m_side.seconds.empty()) {
        m_side.seconds.push_back(second);
        return;
    }
    // By now the test has closed its connections: the slots are those of after it, counts and peaks are not.
    BoardSecond& last = m_side.seconds.back();
    last.evicted = second.evicted;
    last.refused = second.refused;
    last.timedOut = second.timedOut;
    last.peakConnections = std::max(last.peakConnections, second.peakConnections);
    last.peakBuffers = std::max(last.peakBuffers, second.peakBuffers);
    last.peakWaiting = std::max(last.peakWaiting, second.peakWaiting);
}

}  // namespace boardwalk::desktop
