#include "desktop/core/stress/engine/stress_worker.hpp"

#include <time.h>

#include <algorithm>
#include <utility>

#include "desktop/core/stress/engine/open_files.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int checkMs = 10;
constexpr int showMs = 100;
constexpr qint64 nsPerMs = 1'000'000;
/// Between two connections that open: all in one instant would overflow the accept backlog (5 in ESP-IDF's
/// examples, 1 in QEMU's network). Such a handshake is dropped and comes again after 1 s and more: the
/// waiting of a network stack would be shown as the board's.
constexpr qint64 openGapNs = 5 * nsPerMs;
/// No more of the test's time goes to opening.
constexpr double openingShareMax = 0.1;
/// With a fixed rate, between opening the connections and the first request: opening them is not the load.
constexpr qint64 settleNs = 105 * nsPerMs;

/// So long is the head that is sent slowly: less than the 2,560 bytes of which a board says that it is too
/// long.
constexpr qsizetype slowHeadBytes = 1600;
QByteArray requestBytes(const StressOptions& options, const QByteArray& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + options.hostField() +
           "\r\nUser-Agent: boardwalk-stress/" BOARDWALK_VERSION "\r\nAccept: */*\r\n" +
           options.credential.fields() + "\r\n";
}

/// Processor time of this thread.
qint64 cpuNs() {
    timespec time{};
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0
               ? static_cast<qint64>(time.tv_sec) * 1'000'000'000 + time.tv_nsec
               : 0;
}

}  // namespace

void StressWorker::start(const StressOptions& options) {
    m_options = options;
    m_target = {};
    m_target.port = options.port();
    makeTasks();
    m_target.connectTimeoutNs = options.connectTimeoutMs * nsPerMs;
    m_target.requestTimeoutNs = options.requestTimeoutMs * nsPerMs;
    m_running = true;
    m_startNs = 0;
    m_endNs = options.durationMs * nsPerMs;
    m_started = QDateTime::currentDateTimeUtc();
    m_tally = std::make_unique<StressTally>();
    // Looked up once: the time that a name takes is not the board's.
    const QHostAddress literal(options.url.host());
    QHostInfo host;
    if (!literal.isNull()) {
        host.setAddresses({literal});
        begin(host);
    } else {
        m_lookup = QHostInfo::lookupHost(options.url.host(), this, [this](const QHostInfo& found) {
            m_lookup = -1;
            begin(found);
        });
    }
}

void StressWorker::begin(const QHostInfo& host) {
    m_target.addresses = host.addresses();
    if (m_target.addresses.isEmpty()) return end(false);
    // A board listens on IPv4 first of all; `localhost` often names ::1 first.
    std::stable_partition(
        m_target.addresses.begin(), m_target.addresses.end(),
        [](const QHostAddress& address) { return address.protocol() == QAbstractSocket::IPv4Protocol; });
    allowOpenFiles(2 * m_options.connections);
    if (!m_options.watchBoard) return beginLoad();
    m_watch = std::make_unique<BoardWatch>(m_options.url, m_options.below, m_options.credential);
    m_watch->begin([this] { beginLoad(); });
}

void StressWorker::makeTasks() {
    m_target.task.request = requestBytes(m_options, m_options.target());
    m_tasks.clear();
    m_mixCredit.assign(static_cast<std::size_t>(m_options.mix.size()), 0);
    for (const StressMixEntry& each : m_options.mix)
        m_tasks.push_back({requestBytes(m_options, each.target)});
    if (m_options.mode == StressMode::Browser)
        m_browserTasks = std::make_unique<StressBrowser::Tasks>(m_options);
    if (m_options.mode != StressMode::Slow) return;
    const int bytesPerS = m_options.slowBytesPerS;
    m_tasks.push_back({m_target.task.request, StressTask::Way::SlowRead, bytesPerS});
    QByteArray head = requestBytes(m_options, m_options.below + "/api/v1/info");
    head.insert(head.size() - 2, "X-Slowly: " + QByteArray(slowHeadBytes - head.size(), 'x') + "\r\n");
    m_tasks.push_back({head, StressTask::Way::SlowSend, bytesPerS});
}

/// Smoothly: of weights 3 and 1, each fourth is the second, and never three in a row after a rest.
const StressTask& StressWorker::nextOfMix() {
    int sum = 0;
    for (std::size_t i = 0; i < m_mixCredit.size(); ++i) {
        const int weight = m_options.mix.at(static_cast<qsizetype>(i)).weight;
        m_mixCredit[i] += weight;
        sum += weight;
    }
    const auto most = std::max_element(m_mixCredit.begin(), m_mixCredit.end());
    *most -= sum;
    return m_tasks[static_cast<std::size_t>(most - m_mixCredit.begin())];
}

const StressTask& StressWorker::taskOf(std::size_t index) {
    if (m_options.mode == StressMode::Slow) return m_tasks[index % 2];
    return m_options.mix.isEmpty() ? m_target.task : nextOfMix();
}

void StressWorker::makeConnections() {
    m_connections.reserve(static_cast<std::size_t>(m_options.connections));
    for (std::size_t i = 0; i < static_cast<std::size_t>(m_options.connections); ++i)
        m_connections.push_back(std::make_unique<StressConnection>(
            *m_tally, m_target, [this, i](StressConnection&) { onSettled(i); }));
    if (m_options.mode != StressMode::Browser) return;
    constexpr std::size_t each = StressOptions::connectionsPerBrowser;
    for (std::size_t i = 0; i + each <= m_connections.size(); i += each) {
        std::vector<StressConnection*> own;
        for (std::size_t k = 0; k < each; ++k)
            own.push_back(m_connections[i + k].get());
        m_browsers.push_back(std::make_unique<StressBrowser>(*m_browserTasks, *m_tally, std::move(own)));
    }
}

void StressWorker::beginLoad() {
    m_tally = std::make_unique<StressTally>();
    m_cpuAtStartNs = cpuNs();
    m_loading = true;
    m_startNs = 0;
    m_endNs = m_options.durationMs * nsPerMs;
    m_checkTimer = std::make_unique<QTimer>();
    m_checkTimer->setTimerType(Qt::PreciseTimer);
    connect(m_checkTimer.get(), &QTimer::timeout, this, &StressWorker::check);
    m_checkTimer->start(checkMs);
    m_showTimer = std::make_unique<QTimer>();
    connect(m_showTimer.get(), &QTimer::timeout, this, &StressWorker::show);
    m_showTimer->start(showMs);

    makeConnections();
    m_openGapNs = std::min(openGapNs, static_cast<qint64>(openingShareMax * static_cast<double>(m_endNs) /
                                                          m_options.connections));
    m_openTimer = std::make_unique<QTimer>();
    m_openTimer->setTimerType(Qt::PreciseTimer);
    connect(m_openTimer.get(), &QTimer::timeout, this, &StressWorker::openDue);
    m_openTimer->start(1);
    openDue();

    if (m_options.mode != StressMode::Rate) return;
    const qint64 rampNs = m_options.connections * m_openGapNs + settleNs;
    const auto start = std::chrono::steady_clock::now() + std::chrono::nanoseconds(rampNs);
    m_startNs = m_tally->nowNs() + rampNs;
    m_endNs += m_startNs;
    m_pacer = std::make_unique<Pacer>(start, m_options.ratePerS, [this] {
        QMetaObject::invokeMethod(this, &StressWorker::serveDue, Qt::QueuedConnection);
    });
}

/// Opens the connections one after another; the last one ends the timer.
void StressWorker::openDue() {
    const qint64 now = m_tally->nowNs();
    while (m_nextToOpen < m_connections.size() && static_cast<qint64>(m_nextToOpen) * m_openGapNs <= now) {
        const std::size_t index = m_nextToOpen++;
        StressConnection& connection = *m_connections[index];
        if (m_options.mode == StressMode::Rate) {
            connection.open();
            m_free.push_back(&connection);
        } else if (m_options.mode == StressMode::Silent) {
            connection.open();
        } else if (m_options.mode == StressMode::Browser) {
            // The first of its six; the others follow when it has the page.
            if (index % StressOptions::connectionsPerBrowser == 0)
                m_browsers[index / StressOptions::connectionsPerBrowser]->begin();
        } else {
            connection.ask(taskOf(index));
        }
    }
    if (m_nextToOpen == m_connections.size()) m_openTimer->stop();
}

void StressWorker::serveDue() {
    if (!m_pacer) return;  // a last call of a pacer that is gone
    m_pacer->awake();
    const qint64 now = m_tally->nowNs();
    for (;; ++m_nextDue) {
        const qint64 due = m_startNs + Pacer::dueNs(m_options.ratePerS, m_nextDue);
        if (due > now || due >= m_endNs) break;
        m_due.push_back(due);
    }
    dispatch();
}

/// Gives what is due to connections: open ones first, then ones that must be opened.
void StressWorker::dispatch() {
    while (!m_due.empty() && !m_free.empty()) {
        auto chosen = std::find_if(m_free.begin(), m_free.end(), [](auto* each) { return each->ready(); });
        if (chosen == m_free.end()) chosen = m_free.begin();
        StressConnection* connection = *chosen;
        m_free.erase(chosen);
        const qint64 due = m_due.front();
        m_due.pop_front();
        connection->ask(taskOf(0), due);
    }
}

void StressWorker::onSettled(std::size_t index) {
    StressConnection& connection = *m_connections[index];
    if (m_options.mode == StressMode::Browser)
        return m_browsers[index / StressOptions::connectionsPerBrowser]->settled(connection);
    if (m_options.mode == StressMode::Rate) {
        m_free.push_back(&connection);
        // Not from here when nothing waits: this is called for every answer.
        if (!m_due.empty()) dispatch();
    } else if (m_options.mode == StressMode::Hold) {
        return;  // it stays, idle
    } else if (m_loading) {
        connection.ask(taskOf(index));
    } else {
        connection.close();  // its place goes to one that still waits for its last answer
    }
}

void StressWorker::check() {
    const qint64 now = m_tally->nowNs();
    m_tally->endSeconds(std::min(now, m_endNs - 1));
    if (m_watch && m_loading) m_watch->check(static_cast<double>(now) / 1e9);
    for (const auto& connection : m_connections)
        connection->check(now);
    if (m_options.mode == StressMode::Rate) abandonLate(now);
    m_loading = m_loading && now < m_endNs;
    if (m_loading) {
        for (const auto& browser : m_browsers)
            browser->check(now);
        return;
    }
    if (m_options.mode == StressMode::Slow)  // they would go on for as long as they like
        for (const auto& connection : m_connections)
            connection->giveUp();
    // By now every request that still waits has waited for all that it is granted; only retries go on.
    if (now > m_endNs + m_target.connectTimeoutNs + m_target.requestTimeoutNs)
        for (const auto& connection : m_connections)
            connection->giveUp();
    if (drained()) end(false);
}

/// A request that found no free connection for as long as an answer may take has timed out.
void StressWorker::abandonLate(qint64 nowNs) {
    if (nowNs >= m_endNs) {
        serveDue();
        m_pacer.reset();
    }
    while (!m_due.empty() && nowNs - m_due.front() > m_target.requestTimeoutNs) {
        ++m_tally->requests.sent;
        ++m_tally->errors.timeout;
        m_tally->failed(m_due.front());
        m_due.pop_front();
    }
}

bool StressWorker::drained() const {
    return m_due.empty() && std::none_of(m_connections.begin(), m_connections.end(),
                                         [](const auto& each) { return each->busy(); });
}

OutcomeCounts StressWorker::outcome(bool atEnd) const {
    OutcomeCounts counts;
    for (const auto& connection : m_connections) {
        switch (connection->state()) {
            case ConnectionState::Open: ++counts.open; break;
            case ConnectionState::Answered: {
                const bool held = m_options.mode == StressMode::Hold && connection->ready();
                ++(held ? counts.open : counts.answered);
                break;
            }
            case ConnectionState::Evicted: ++counts.evicted; break;
            case ConnectionState::Refused: ++counts.refused; break;
            case ConnectionState::TimedOut: ++counts.timedOut; break;
            case ConnectionState::Waiting:
            case ConnectionState::Connecting: counts.timedOut += atEnd ? 1 : 0; break;
        }
    }
    return counts;
}

StressSnapshot StressWorker::snapshot() const {
    StressSnapshot shot;
    shot.elapsedS = static_cast<double>(m_tally->nowNs()) / 1e9;
    shot.durationS = static_cast<double>(m_options.durationMs) / 1e3;
    shot.requests = m_tally->requests;
    shot.errors = m_tally->errors;
    shot.outcome = outcome(false);
    shot.evictions = m_tally->evictions;
    shot.openNow = m_tally->openNow;
    shot.latency = m_tally->latency;
    shot.connect = m_tally->connect;
    shot.status = m_tally->status;
    if (m_options.durationMs <= StressSnapshot::secondsMax * 1000) shot.seconds = m_tally->seconds;
    if (m_cpuAtStartNs > 0 && shot.elapsedS > 0)
        shot.generatorShare = static_cast<double>(cpuNs() - m_cpuAtStartNs) / (shot.elapsedS * 1e9);
    if (m_watch && m_options.durationMs <= StressSnapshot::secondsMax * 1000) shot.board = m_watch->side();
    for (const auto& connection : m_connections)
        shot.connections.push_back(connection->state());
    return shot;
}

void StressWorker::show() {
    StressSnapshot shot = snapshot();
    shot.recent = m_tally->recent.take();
    m_answered.emplace_back(m_tally->nowNs(), m_tally->requests.ok);
    if (m_answered.size() > 1000 / showMs + 1) m_answered.pop_front();
    const auto& [from, before] = m_answered.front();
    const auto& [to, after] = m_answered.back();
    const double seconds = static_cast<double>(m_answered.size() > 1 ? to - from : to) / 1e9;
    const quint64 count = m_answered.size() > 1 ? after - before : after;
    shot.requestsPerS = seconds > 0 ? static_cast<double>(count) / seconds : 0;
    Q_EMIT progress(shot);
}

void StressWorker::stop() {
    if (!m_running) return;
    if (m_report) deliver();
    else end(true);
}

/// Makes the report. When the test came to its end, the board is asked once more; then it is delivered.
void StressWorker::end(bool stopped) {
    const double atS = static_cast<double>(m_tally->nowNs()) / 1e9;
    makeReport(stopped);
    clear();
    if (m_watch && !stopped && m_report->board.known()) m_watch->end(atS, [this] { deliver(); });
    else deliver();
}

void StressWorker::makeReport(bool stopped) {
    StressReport& report = m_report.emplace();
    report.options = m_options;
    report.options.credential = {};  // whoever gets the report does not get that
    report.started = m_started;
    const qint64 now = m_tally->nowNs();
    const qint64 loaded = std::clamp<qint64>(now - m_startNs, 0, m_options.durationMs * nsPerMs);
    report.durationS = static_cast<double>(loaded) / 1e9;
    report.stopped = stopped && (m_loading || m_connections.empty());
    report.unknownHost = m_target.addresses.isEmpty() && !stopped;
    report.outcome = outcome(true);
    if (report.unknownHost) report.outcome.timedOut = m_options.connections;
    report.openedOnce = static_cast<int>(std::count_if(m_connections.begin(), m_connections.end(),
                                                       [](const auto& each) { return each->opened(); }));
    m_tally->finish(std::min(now, m_endNs));
    if (report.durationS > 0 && m_cpuAtStartNs > 0)
        report.generatorShare = static_cast<double>(cpuNs() - m_cpuAtStartNs) / static_cast<double>(now);
    for (const auto& connection : m_connections) {
        report.connections.push_back(connection->state());
        connection->close();
    }
    report.requests = m_tally->requests;
    report.errors = m_tally->errors;
    report.evictions = m_tally->evictions;
    report.latency = m_tally->latency;
    report.connect = m_tally->connect;
    report.pages = m_tally->pages;
    report.pagesBroken = m_tally->pagesBroken;
    m_tally->noteAnswer(std::min(now, m_endNs), false);
    report.silence = m_tally->silence;
    report.status = m_tally->status;
    report.points = m_tally->points.points();
    report.seconds = m_tally->seconds;
    if (m_watch) report.board = m_watch->side();
}

void StressWorker::clear() {
    m_loading = false;
    if (m_lookup >= 0) QHostInfo::abortHostLookup(m_lookup);
    m_lookup = -1;
    m_pacer.reset();
    // This may be called by a signal of the timer, or of a connection's socket: they are freed later.
    if (m_checkTimer) {
        m_checkTimer->stop();
        m_checkTimer.release()->deleteLater();
    }
    m_openTimer.reset();
    m_showTimer.reset();
    m_free.clear();
    m_due.clear();
    m_answered.clear();
    m_nextDue = 0;
    m_nextToOpen = 0;
    m_browsers.clear();
    m_connections.clear();
}

void StressWorker::deliver() {
    StressReport report = std::move(*m_report);
    m_report.reset();
    if (m_watch) {
        report.board = m_watch->side();
        m_watch.release()->deleteLater();  // it may have called this
    }
    m_running = false;
    m_tally.reset();
    m_cpuAtStartNs = 0;
    Q_EMIT finished(report);
}

}  // namespace boardwalk::desktop
