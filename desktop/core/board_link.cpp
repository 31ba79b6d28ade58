#include "desktop/core/board_link.hpp"

#include <QRandomGenerator>
#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"
#include "shared/requests.hpp"

namespace boardwalk::desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto visible_interval = 5s;        // between two questions to a board whose row is seen
constexpr auto hidden_interval = 30s;        // to one that is not: as much again by chance
constexpr auto poll_interval = 1s;           // of the state while the board has no WebSocket for us
constexpr auto snapshot_patience = 3s;       // after subscribing; then the state is fetched
constexpr auto resync_interval = 10min;      // deltas tell no uptime: our clock and the board's drift apart
constexpr qint64 diagnostics_age_ms = 2500;  // older than this while watched: fetch
constexpr double updates_hz = 10;
constexpr qint64 heard_ms = 4500;      // what said something since then is no board that is away
constexpr auto watched_away_max = 2s;  // between questions to a board that is away, and shown
constexpr int retry_after_s_max = 60;  // a board that says more is asked all the same

double chance() { return QRandomGenerator::global()->generateDouble(); }

/// The protocol's paths begin with `/`; they are resolved against the board's root.
QString path(std::string_view of) { return qt(of); }

std::optional<protocol::Problem> problemOf(const HttpAnswer& answer) {
    const auto problem = protocol::decode<protocol::Problem>(view(answer.body));
    return problem && !problem->code.empty() ? std::optional(*problem) : std::nullopt;
}

}  // namespace

BoardLink::BoardLink(const QUrl& url, HttpClient& client, RequestTracker& tracker, QObject* parent)
    : QObject(parent),
      m_http(url, client, tracker),
      m_stream(url, tracker),
      m_history(m_http, m_state),
      m_awayBackoff(1s, 15s),
      m_streamBackoff(500ms, 30s) {
    for (QTimer* timer : {&m_askTimer, &m_streamTimer, &m_snapshotTimer})
        timer->setSingleShot(true);
    m_pollTimer.setInterval(poll_interval);
    m_resyncTimer.setInterval(resync_interval);
    connect(&m_askTimer, &QTimer::timeout, this, [this] { ask(BoardHttp::Waiting::Nobody); });
    connect(&m_streamTimer, &QTimer::timeout, this, &BoardLink::openStream);
    connect(&m_pollTimer, &QTimer::timeout, this, &BoardLink::poll);
    connect(&m_resyncTimer, &QTimer::timeout, this, &BoardLink::subscribe);
    connect(&m_snapshotTimer, &QTimer::timeout, this, [this] {
        if (m_awaitingSnapshot) poll();
    });
    connect(&m_stream, &BoardStream::opened, this, &BoardLink::onStreamOpened);
    connect(&m_stream, &BoardStream::closed, this, &BoardLink::onStreamClosed);
    connect(&m_stream, &BoardStream::stalled, this, &BoardLink::explainStream);
    connect(&m_stream, &BoardStream::doubted, this, [this] { ask(BoardHttp::Waiting::Nobody); });
    connect(&m_stream, &BoardStream::pushed, this, &BoardLink::onPushed);
    ask(BoardHttp::Waiting::Nobody);
}

BoardLink::~BoardLink() { retire(); }

void BoardLink::retire() {
    if (std::exchange(m_retired, true)) return;
    for (QTimer* timer : {&m_askTimer, &m_streamTimer, &m_pollTimer, &m_snapshotTimer, &m_resyncTimer})
        timer->stop();
    m_stream.close();
    m_http.cancelAll();
    m_http.setInterest(BoardHttp::Interest::Hidden);
    disconnect(this, nullptr, nullptr, nullptr);
}

void BoardLink::setWatched(bool watched) {
    if (m_retired || m_watched == watched) return;
    m_watched = watched;
    updateInterest();
    if (watched) {
        if (m_presence == Presence::Online) openStream();
        ask(BoardHttp::Waiting::Person);
    } else {
        m_stream.close();
        setFeed(Feed::None);
    }
}

void BoardLink::setVisible(bool visible) {
    if (m_retired || m_visible == visible) return;
    m_visible = visible;
    updateInterest();
    if (!m_asking) askLater();
}

void BoardLink::updateInterest() {
    m_http.setInterest(m_watched   ? BoardHttp::Interest::Shown
                       : m_visible ? BoardHttp::Interest::Visible
                                   : BoardHttp::Interest::Hidden);
}

void BoardLink::setDiagnosticsWatched(bool watched) {
    if (m_retired || m_diagnosticsWatched == watched) return;
    m_diagnosticsWatched = watched;
    if (m_stream.isOpen()) subscribe();
    if (watched) loadDiagnostics();
    updatePolling();
}

void BoardLink::refresh() {
    if (m_retired) return;
    m_awayBackoff.reset();
    ask(m_watched ? BoardHttp::Waiting::Person : BoardHttp::Waiting::Nobody);
}

void BoardLink::reload() {
    if (m_retired) return;
    m_awayBackoff.reset();
    m_streamBackoff.reset();
    m_history.restart();
    m_http.cancelAll();
    m_stream.close();
    setFeed(Feed::None);
    ask(BoardHttp::Waiting::Person);
}

void BoardLink::setUrl(const QUrl& url, bool quietly) {
    if (m_retired || url == m_http.base()) return;
    m_stream.close();
    m_history.restart();
    m_http.setBase(url);
    m_stream.setBase(url);
    setFeed(Feed::None);
    Q_EMIT urlChanged();
    if (quietly) {
        askLater();
    } else {
        refresh();
    }
}

void BoardLink::expect(const QString& id) { m_expectedId = id; }

void BoardLink::ask(BoardHttp::Waiting waiting) {
    if (m_retired || m_asking) return;
    m_asking = true;
    m_askTimer.stop();
    m_askedAge.start();
    m_http.get(path(protocol::paths::info), waiting, [this](const HttpAnswer& answer) {
        m_asking = false;
        if (answer.cancelled) return;
        onInfo(answer);
        askLater();
    });
}

/// At the next turn of this board: by how much it is looked at, and whether it is there.
void BoardLink::askLater() {
    if (m_retired || m_asking) return;
    std::chrono::milliseconds wait = visible_interval;
    if (!m_watched && !m_visible) {
        wait = hidden_interval + std::chrono::milliseconds(std::int64_t(
                                     chance() * std::chrono::milliseconds(hidden_interval).count()));
    } else if (m_presence == Presence::Offline) {
        wait = m_awayBackoff.next(chance());
        if (m_watched) wait = std::min<std::chrono::milliseconds>(wait, watched_away_max);
    }
    if (m_askedAge.isValid() && m_presence != Presence::Offline)
        wait -= std::chrono::milliseconds(m_askedAge.elapsed());
    m_askTimer.start(std::max(wait, 0ms));
}

void BoardLink::onInfo(const HttpAnswer& answer) {
    if (!answer.reached()) {
        // A board under load may have no place for a question in time, and yet be heard on its stream.
        if (m_feed == Feed::Stream && m_stream.silent_ms() < heard_ms) return;
        goAway(Away::Unreachable, answer.failure);
        Q_EMIT missed();
        return;
    }
    const auto info = protocol::decode<protocol::Info>(view(answer.body));
    if (answer.ok() && info) return onBoard(*info);
    const auto problem = problemOf(answer);
    if (problem && answer.status == 503) {
        onHeard();
        setPresence(Presence::Online);  // it is there and says that it is busy
        Q_EMIT confirmed();
    } else if (problem) {
        goAway(Away::Refused, problemText(*problem));
        Q_EMIT missed();
    } else {
        goAway(Away::NotABoard,
               tr("Something answers at this address (with status %1), but it is not a Boardwalk board")
                   .arg(answer.status));
        Q_EMIT missed();
    }
}

void BoardLink::onHeard() {
    m_lastHeard = QDateTime::currentDateTime();
    m_heardAge.start();
}

void BoardLink::onBoard(const protocol::Info& told) {
    protocol::Info info = told;
    info.name = clipped(info.name, name_characters_max);
    info.id = clipped(info.id, name_characters_max);
    if (!m_expectedId.isEmpty() && qt(info.id) != m_expectedId) {
        m_other = info;
        goAway(Away::AnotherBoard, tr("Another board answers at this address now: “%1” (id %2)")
                                       .arg(printable(qt(info.name)), printable(qt(info.id))));
        Q_EMIT missed();
        return;
    }
    m_other.reset();
    const bool changed = m_info != info;
    m_info = info;
    m_infoAge.start();
    onHeard();
    if (changed) Q_EMIT infoChanged();
    setPresence(Presence::Online);
    m_awayBackoff.reset();
    if (m_feed == Feed::None && !m_stream.isOpening()) openStream();
    Q_EMIT confirmed();
}

void BoardLink::goAway(Away away, const QString& reason) {
    m_stream.close();
    setFeed(Feed::None);
    if (!m_state.isFrozen()) m_state.markGap(0);
    m_state.freeze();
    if (m_presence != Presence::Offline) m_since = m_lastHeard;
    m_away = away;
    setPresence(Presence::Offline, reason);
}

/// A question that is no probe got no answer. After a while without any it is away; else it is asked whether
/// it is there.
void BoardLink::onUnanswered(const QString& reason) {
    if (m_feed != Feed::Stream && (!m_heardAge.isValid() || m_heardAge.elapsed() >= heard_ms))
        goAway(Away::Unreachable, reason);
    ask(BoardHttp::Waiting::Nobody);
}

void BoardLink::setPresence(Presence presence, const QString& reason) {
    if (m_presence == presence && m_reason == reason) return;
    m_presence = presence;
    m_reason = reason;
    if (presence == Presence::Offline) m_streamTimer.stop();
    Q_EMIT presenceChanged();
}

void BoardLink::setFeed(Feed feed, const QString& reason) {
    if (feed == Feed::None) {
        m_awaitingSnapshot = false;
        m_streamTimer.stop();
    }
    if (feed != Feed::Stream) {
        m_resyncTimer.stop();
    }
    if (m_feed == feed && m_feedReason == reason) return;
    m_feed = feed;
    m_feedReason = reason;
    Q_EMIT feedChanged();
    updatePolling();
}

void BoardLink::updatePolling() {
    // While the stream is open, polling only fills in for diagnostics that do not come.
    const bool polls = m_feed == Feed::Polling || (m_feed == Feed::Stream && m_diagnosticsWatched);
    if (polls && !m_pollTimer.isActive()) m_pollTimer.start();
    if (!polls) m_pollTimer.stop();
}

void BoardLink::openStream() {
    if (!m_retired && m_watched && m_presence == Presence::Online && !m_stream.isOpen() &&
        !m_stream.isOpening())
        m_stream.open();
}

void BoardLink::onStreamOpened() {
    m_streamBackoff.reset();
    m_history.restart();  // what happened while we did not listen
    m_resyncTimer.start();
    setFeed(Feed::Stream);
    subscribe();
}

void BoardLink::subscribe() {
    if (!m_stream.isOpen()) return;
    protocol::Subscribe request{.topics = protocol::TopicSet(protocol::Topic::state, protocol::Topic::log),
                                .max_hz = updates_hz};
    if (m_diagnosticsWatched) request.topics.insert(protocol::Topic::diagnostics);
    m_awaitingSnapshot = true;
    m_snapshotTimer.start(snapshot_patience);
    m_stream.call(request, [this](const BoardStream::Outcome* outcome) {
        if (!outcome) return;  // closed: handled there
        if (const auto* problem = std::get_if<protocol::Problem>(outcome)) {
            const QString said = problemText(*problem);
            m_stream.close();
            onStreamClosed(said, BoardStream::Ended::Closed);
        } else {
            loadLogs(BoardHttp::Waiting::Person);
        }
    });
}

void BoardLink::onPushed(const protocol::StreamMessage& message) {
    if (const auto* snapshot = std::get_if<protocol::State>(&message)) {
        onSnapshot(*snapshot);
    } else if (const auto* delta = std::get_if<protocol::StateDelta>(&message)) {
        if (m_awaitingSnapshot) return;
        if (m_state.applyDelta(*delta) == BoardState::Applied::Missed) subscribe();
    } else if (const auto* line = std::get_if<protocol::LogLine>(&message)) {
        m_logs.append(*line);
    } else if (const auto* gap = std::get_if<protocol::LogGap>(&message)) {
        m_logs.appendGap(gap->lines);
    } else if (const auto* diagnostics = std::get_if<protocol::Diagnostics>(&message)) {
        showDiagnostics(*diagnostics);
    }
}

void BoardLink::onStreamClosed(const QString& reason, BoardStream::Ended ended) {
    if (m_feed == Feed::Stream) m_state.markGap(m_stream.silent_ms());
    // Nothing has come since it was asked, neither here nor over HTTP.
    if (ended == BoardStream::Ended::Silent &&
        (!m_heardAge.isValid() ||
         m_heardAge.elapsed() >= m_stream.silent_ms() - BoardStream::ping_after_ms)) {
        goAway(Away::Unreachable, reason);
        ask(BoardHttp::Waiting::Nobody);
        return;
    }
    // The board may have no WebSocket left (503), be restarting, or be gone. Poll: the first answer tells.
    setFeed(Feed::Polling, reason);
    m_awaitingSnapshot = false;
    m_streamTimer.start(m_streamBackoff.next(chance()));
    explainStream();
    poll();
}

/// Asks over HTTP why the board takes no stream.
void BoardLink::explainStream() {
    if (m_retired || m_explaining) return;
    m_explaining = true;
    m_http.askForStream([this](const HttpAnswer& answer) {
        m_explaining = false;
        if (!answer.cancelled) onStreamExplained(answer);
    });
}

void BoardLink::onStreamExplained(const HttpAnswer& answer) {
    if (m_stream.isOpen() || m_feed == Feed::Stream) return;  // it took one after all
    if (!answer.reached()) {
        ask(BoardHttp::Waiting::Nobody);
        return;
    }
    if (answer.status == 101) {  // a place is free now
        if (!m_stream.isOpening()) setFeed(m_feed, {});
        return;
    }
    const auto problem = problemOf(answer);
    m_stream.close();
    setFeed(Feed::Polling, problem ? problemText(*problem)
                                   : tr("The live connection was answered with %1").arg(answer.status));
    const std::chrono::seconds asked(std::min(answer.retry_after_s, retry_after_s_max));
    m_streamTimer.start(std::max<std::chrono::milliseconds>(m_streamBackoff.next(chance()), asked));
    poll();
}

void BoardLink::poll() {
    if (m_diagnosticsWatched &&
        (!m_diagnosticsAge.isValid() || m_diagnosticsAge.elapsed() > diagnostics_age_ms ||
         m_feed == Feed::Polling)) {
        loadDiagnostics();
    }
    if (m_retired || m_polling || (m_feed == Feed::Stream && !m_awaitingSnapshot)) return;
    m_polling = true;
    m_http.get(path(protocol::paths::state), BoardHttp::Waiting::Nobody, [this](const HttpAnswer& answer) {
        m_polling = false;
        if (answer.cancelled) return;
        if (!answer.reached()) return onUnanswered(answer.failure);
        onHeard();
        const auto snapshot = protocol::decode<protocol::State>(view(answer.body));
        if (answer.ok() && snapshot) onSnapshot(*snapshot);
    });
    if (m_feed == Feed::Polling) loadLogs(BoardHttp::Waiting::Nobody);
}

void BoardLink::onSnapshot(const protocol::State& snapshot) {
    const bool restarted = m_state.isKnown() && m_state.state().boot_id != snapshot.boot_id;
    if (restarted) {
        m_logs.appendRestart();
        ++m_logsGeneration;  // an answer that is under way counts from the lines of before
        m_loadingLogs = false;
        m_history.restart();
        ask(BoardHttp::Waiting::Nobody);
    }
    m_awaitingSnapshot = false;
    m_snapshotTimer.stop();
    m_state.applySnapshot(snapshot);
    if (restarted) loadLogs(BoardHttp::Waiting::Nobody);
    m_history.load();
}

void BoardLink::loadLogs(BoardHttp::Waiting waiting) {
    if (m_retired || std::exchange(m_loadingLogs, true)) return;
    QString query = QStringLiteral("?since=%1").arg(m_logs.lastSeq());
    // After a restart the board begins anew, whatever was counted before.
    if (m_state.isKnown()) query += bootQuery(m_state.state().boot_id);
    m_http.get(path(protocol::paths::logs) + query, waiting,
               [this, of = m_logsGeneration](const HttpAnswer& answer) {
                   if (of != m_logsGeneration) return;
                   m_loadingLogs = false;
                   if (!answer.cancelled) onLogs(answer);
               });
}

void BoardLink::onLogs(const HttpAnswer& answer) {
    const auto logs = protocol::decode<protocol::Logs>(view(answer.body));
    if (!answer.ok() || !logs) return;
    // Of another start than the values: the next snapshot tells of that one, and the lines are asked for
    // anew.
    const bool other =
        !logs->boot_id.empty() && m_state.isKnown() && logs->boot_id != m_state.state().boot_id;
    if (other || logs->restarted) return;
    // A gap before the very first page is the board's bounded memory, not a loss.
    if (m_logs.lastSeq() > 0) m_logs.appendGap(logs->gap);
    for (const protocol::LogLine& line : logs->lines)
        m_logs.append(line);
}

void BoardLink::loadDiagnostics() {
    m_http.get(path(protocol::paths::diagnostics), BoardHttp::Waiting::Nobody,
               [this](const HttpAnswer& answer) {
                   const auto diagnostics = protocol::decode<protocol::Diagnostics>(view(answer.body));
                   if (answer.ok() && diagnostics) showDiagnostics(*diagnostics);
               });
}

void BoardLink::showDiagnostics(const protocol::Diagnostics& diagnostics) {
    m_diagnostics = diagnostics;
    m_diagnosticsAge.start();
    Q_EMIT diagnosticsChanged();
}

void BoardLink::setOutput(const std::string& id, const protocol::OutputValue& value, SetDone done) {
    protocol::OutputSet request{.id = {}, .value = value};
    if (m_retired) {
        done(tr("The board was taken out of the list"));
        return;
    }
    if (!m_stream.isOpen() || !request.id.assign(id)) {
        putOutput(id, value, std::move(done));
        return;
    }
    m_stream.call(request, [this, id, value, done = std::move(done)](const BoardStream::Outcome* outcome) {
        if (!outcome) {
            putOutput(id, value, done);
        } else if (const auto* problem = std::get_if<protocol::Problem>(outcome)) {
            done(problemText(*problem));
        } else if (const auto* result = std::get_if<protocol::OutputResult>(outcome)) {
            m_state.applyOutput(result->id, result->value);
            done({});
        } else {
            done(tr("The board answered with something else"));
        }
    });
}

void BoardLink::putOutput(const std::string& id, const protocol::OutputValue& value, SetDone done) {
    const QString target =
        path(protocol::paths::outputs) + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(qt(id)));
    const std::string body = protocol::encode(protocol::SetOutput{value});
    m_http.put(target, QByteArray::fromStdString(body),
               [this, done = std::move(done)](const HttpAnswer& answer) {
                   const auto result = protocol::decode<protocol::OutputResult>(view(answer.body));
                   if (answer.ok() && result) {
                       m_state.applyOutput(result->id, result->value);
                       done({});
                       return;
                   }
                   if (!answer.reached()) {
                       done(answer.failure);
                       return;
                   }
                   const auto problem = protocol::decode<protocol::Problem>(view(answer.body));
                   done(problem ? problemText(*problem) : tr("The board answered %1").arg(answer.status));
               });
}

}  // namespace boardwalk::desktop
