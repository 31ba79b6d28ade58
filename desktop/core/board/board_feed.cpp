#include "desktop/core/board/board_feed.hpp"

#include <QRandomGenerator>
#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"
#include "shared/requests.hpp"

namespace boardwalk::desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto poll_interval = 1s;           // of the state, while the board has no WebSocket for us
constexpr auto snapshot_patience = 3s;       // after subscribing; then the state is fetched
constexpr auto resync_interval = 10min;      // deltas tell no uptime: our clock and the board's drift apart
constexpr qint64 diagnostics_age_ms = 2500;  // older than this while watched: fetch
constexpr double updates_hz = 10;
constexpr int retry_after_s_max = 60;  // a board that says more is asked all the same

using Waiting = BoardRequests::Waiting;

double chance() { return QRandomGenerator::global()->generateDouble(); }

}  // namespace

BoardFeed::BoardFeed(BoardRequests& requests, RequestTracker& tracker, BoardState& state, LogModel& logs)
    : m_requests(requests),
      m_state(state),
      m_logs(logs),
      m_stream(requests.base(), tracker),
      m_history(requests, state),
      m_backoff(500ms, 30s) {
    m_openTimer.setSingleShot(true);
    m_snapshotTimer.setSingleShot(true);
    m_pollTimer.setInterval(poll_interval);
    m_resyncTimer.setInterval(resync_interval);
    connect(&m_openTimer, &QTimer::timeout, this, &BoardFeed::open);
    connect(&m_pollTimer, &QTimer::timeout, this, &BoardFeed::poll);
    connect(&m_resyncTimer, &QTimer::timeout, this, &BoardFeed::subscribe);
    connect(&m_snapshotTimer, &QTimer::timeout, this, [this] {
        if (m_awaitingSnapshot) poll();
    });
    connect(&m_stream, &BoardStream::opened, this, &BoardFeed::onOpened);
    connect(&m_stream, &BoardStream::closed, this, &BoardFeed::onClosed);
    connect(&m_stream, &BoardStream::stalled, this, &BoardFeed::explain);
    connect(&m_stream, &BoardStream::doubted, this, [this] { Q_EMIT unanswered({}); });
    connect(&m_stream, &BoardStream::pushed, this, &BoardFeed::onPushed);
}

void BoardFeed::setWanted(bool wanted) {
    m_wanted = wanted;
    if (!wanted) {
        m_stream.close();
        set(Feed::None);
    } else if (m_feed == Feed::None) {
        open();
    }
}

void BoardFeed::setDiagnosticsWatched(bool watched) {
    if (m_diagnosticsWatched == watched) return;
    m_diagnosticsWatched = watched;
    if (m_stream.isOpen()) subscribe();
    if (watched) loadDiagnostics();
    updatePolling();
}

void BoardFeed::setCredential(const Credential& credential) {
    m_stream.setCredential(credential);
    if (m_feed == Feed::None) return;
    m_stream.close();
    m_backoff.reset();
    set(Feed::None);
    setWanted(m_wanted);
}

void BoardFeed::setReadsLog(bool reads) {
    if (std::exchange(m_readsLog, reads) == reads || !m_stream.isOpen()) return;
    subscribe();
}

void BoardFeed::restart() {
    m_backoff.reset();
    m_history.restart();
    setWanted(false);
}

void BoardFeed::setBase(const QUrl& base) {
    m_knowsSettings = true;
    m_history.restart();
    setWanted(false);
    m_stream.setBase(base);
}

void BoardFeed::retire() {
    disconnect(this, nullptr, nullptr, nullptr);
    m_history.restart();
    setWanted(false);
    m_diagnosticsWatched = false;
}

void BoardFeed::set(Feed feed, const QString& reason) {
    if (feed == Feed::None) {
        m_awaitingSnapshot = false;
        m_openTimer.stop();
        m_snapshotTimer.stop();
    }
    if (feed != Feed::Stream) m_resyncTimer.stop();
    if (m_feed == feed && m_reason == reason) return;
    m_feed = feed;
    m_reason = reason;
    updatePolling();
    Q_EMIT changed();
}

void BoardFeed::updatePolling() {
    // While the stream is open, polling only fills in for diagnostics that do not come.
    const bool polls = m_feed == Feed::Polling || (m_feed == Feed::Stream && m_diagnosticsWatched);
    if (polls && !m_pollTimer.isActive()) m_pollTimer.start();
    if (!polls) m_pollTimer.stop();
}

void BoardFeed::open() {
    if (m_wanted && !m_stream.isOpen() && !m_stream.isOpening()) m_stream.open();
}

void BoardFeed::onOpened() {
    m_backoff.reset();
    m_history.restart();  // what happened while we did not listen
    m_resyncTimer.start();
    set(Feed::Stream);
    Q_EMIT heard();
    subscribe();
}

void BoardFeed::subscribe() {
    protocol::Subscribe request{.topics = protocol::TopicSet(protocol::Topic::state), .max_hz = updates_hz};
    if (m_readsLog) request.topics.insert(protocol::Topic::log);
    if (m_diagnosticsWatched) request.topics.insert(protocol::Topic::diagnostics);
    if (m_knowsSettings) request.topics.insert(protocol::Topic::settings);
    m_awaitingSnapshot = true;
    m_snapshotTimer.start(snapshot_patience);
    m_stream.call(request, [this](const StreamAnswer& answer) {
        if (answer.isCancelled()) return;  // closed: handled there
        if (const auto* problem = std::get_if<protocol::Problem>(&*answer.outcome)) {
            if (std::exchange(m_knowsSettings, false)) return subscribe();
            m_stream.close();
            pollInstead(problemText(*problem));
        } else {
            loadLogs(Waiting::Person);
            Q_EMIT settingsChanged();  // while there was no stream, that is
        }
    });
}

void BoardFeed::onPushed(const protocol::StreamMessage& message) {
    Q_EMIT heard();
    if (const auto* snapshot = std::get_if<protocol::State>(&message)) {
        onSnapshot(*snapshot);
    } else if (const auto* delta = std::get_if<protocol::StateDelta>(&message)) {
        if (m_awaitingSnapshot) return;
        if (m_state.applyDelta(*delta) == BoardState::Applied::Missed) subscribe();
    } else if (const auto* line = std::get_if<protocol::LogLine>(&message)) {
        m_logs.append(*line);
    } else if (const auto* gap = std::get_if<protocol::LogGap>(&message)) {
        m_logs.appendGap(gap->gap);
    } else if (const auto* diagnostics = std::get_if<protocol::Diagnostics>(&message)) {
        show(*diagnostics);
    } else if (std::holds_alternative<protocol::SettingsChange>(message)) {
        Q_EMIT settingsChanged();
    }
}

void BoardFeed::onClosed(const QString& reason, BoardStream::Ended ended) {
    if (m_feed == Feed::Stream) m_state.markGap(m_stream.silent_ms());
    if (ended == BoardStream::Ended::Silent)
        Q_EMIT silent(reason, m_stream.silent_ms() - BoardStream::ping_after_ms);
    // The board may have no WebSocket left (503), be restarting, or be gone. Poll: the first answer tells.
    if (m_wanted) pollInstead(reason);
}

void BoardFeed::pollInstead(const QString& reason) {
    set(Feed::Polling, reason);
    m_awaitingSnapshot = false;
    m_openTimer.start(m_backoff.next(chance()));
    explain();
    poll();
}

/// Asks over HTTP why the board takes no stream.
void BoardFeed::explain() {
    if (!m_wanted || m_explaining) return;
    m_explaining = true;
    m_requests.askForStream([this](const HttpAnswer& answer) {
        m_explaining = false;
        if (!answer.cancelled && m_wanted) onExplained(answer);
    });
}

void BoardFeed::onExplained(const HttpAnswer& answer) {
    if (m_stream.isOpen() || m_feed == Feed::Stream) return;  // it took one after all
    if (!answer.reached()) {
        Q_EMIT unanswered(answer.failure);
        return;
    }
    if (answer.status == 101) {  // a place is free now
        if (!m_stream.isOpening()) set(m_feed, {});
        return;
    }
    const auto problem = problemOf(answer.body);
    m_stream.close();
    set(Feed::Polling,
        problem ? problemText(*problem) : tr("The live connection was answered with %1").arg(answer.status));
    const std::chrono::seconds asked(std::min(answer.retry_after_s, retry_after_s_max));
    m_openTimer.start(std::max<std::chrono::milliseconds>(m_backoff.next(chance()), asked));
    poll();
}

void BoardFeed::poll() {
    if (!m_wanted) return;
    const bool old = !m_diagnosticsAge.isValid() || m_diagnosticsAge.elapsed() > diagnostics_age_ms;
    if (m_diagnosticsWatched && (old || m_feed == Feed::Polling)) loadDiagnostics();
    if (m_polling || (m_feed == Feed::Stream && !m_awaitingSnapshot)) return;
    m_polling = true;
    m_requests.get(qt(protocol::paths::state), Waiting::Nobody, [this](const HttpAnswer& answer) {
        m_polling = false;
        if (answer.cancelled || !m_wanted) return;
        if (!answer.reached()) {
            Q_EMIT unanswered(answer.failure);
            return;
        }
        const auto snapshot = protocol::decode<protocol::State>(view(answer.body));
        if (!answer.ok() || !snapshot) return;
        Q_EMIT heard();
        onSnapshot(*snapshot);
    });
    if (m_feed == Feed::Polling) loadLogs(Waiting::Nobody);
}

void BoardFeed::onSnapshot(const protocol::State& snapshot) {
    const bool began_anew = m_state.isKnown() && m_state.state().boot_id != snapshot.boot_id;
    if (began_anew) {
        m_logs.appendRestart();
        ++m_logsGeneration;  // an answer that is under way counts from the lines of before
        m_loadingLogs = false;
        m_history.restart();
        m_knowsSettings = true;  // it may be newer firmware
        Q_EMIT restarted();
    }
    m_awaitingSnapshot = false;
    m_snapshotTimer.stop();
    m_state.applySnapshot(snapshot);
    if (began_anew) loadLogs(Waiting::Nobody);
    m_history.load();
}

void BoardFeed::loadLogs(Waiting waiting) {
    if (!m_readsLog || std::exchange(m_loadingLogs, true)) return;
    QString query = QStringLiteral("?since=%1").arg(m_logs.lastSeq());
    // After a restart the board begins anew, whatever was counted before.
    if (m_state.isKnown()) query += bootQuery(m_state.state().boot_id);
    m_requests.get(qt(protocol::paths::logs) + query, waiting,
                   [this, of = m_logsGeneration](const HttpAnswer& answer) {
                       if (of != m_logsGeneration) return;
                       m_loadingLogs = false;
                       if (!answer.cancelled) onLogs(answer);
                   });
}

void BoardFeed::onLogs(const HttpAnswer& answer) {
    const auto logs = protocol::decode<protocol::Logs>(view(answer.body));
    if (!answer.ok() || !logs) return;
    // The lines belong to another start of the board than the values. The next snapshot tells of that start,
    // and the lines are then asked for again.
    const bool other =
        !logs->boot_id.empty() && m_state.isKnown() && logs->boot_id != m_state.state().boot_id;
    if (other || logs->restarted) return;
    // A gap before the very first page is the board's bounded memory, not a loss.
    if (m_logs.lastSeq() > 0) m_logs.appendGap(logs->gap);
    for (const protocol::LogLine& line : logs->lines)
        m_logs.append(line);
}

void BoardFeed::loadDiagnostics() {
    m_requests.get(qt(protocol::paths::diagnostics), Waiting::Nobody, [this](const HttpAnswer& answer) {
        const auto diagnostics = protocol::decode<protocol::Diagnostics>(view(answer.body));
        if (answer.ok() && diagnostics) show(*diagnostics);
    });
}

void BoardFeed::show(const protocol::Diagnostics& diagnostics) {
    m_diagnostics = diagnostics;
    m_diagnosticsAge.start();
    Q_EMIT diagnosticsChanged();
}

}  // namespace boardwalk::desktop
