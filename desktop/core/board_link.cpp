#include "desktop/core/board_link.hpp"

#include <QRandomGenerator>
#include <QUrlQuery>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"
#include "shared/requests.hpp"

namespace boardwalk::desktop {

namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 5s;           // between two questions to a board that is there
constexpr auto poll_interval = 1s;           // of the state while the board has no WebSocket for us
constexpr auto snapshot_patience = 3s;       // after subscribing; then the state is fetched
constexpr qint64 diagnostics_age_ms = 2500;  // older than this while watched: fetch
constexpr double updates_hz = 10;

double chance() { return QRandomGenerator::global()->generateDouble(); }

/// The protocol's paths begin with `/`; they are resolved against the board's root.
QString path(std::string_view of) { return qt(of); }

}  // namespace

BoardLink::BoardLink(const QUrl& url, RequestTracker& tracker, QObject* parent)
    : QObject(parent),
      m_http(url, tracker),
      m_stream(url, tracker),
      m_history(m_http, m_state),
      m_away(1s, 15s),
      m_streamBackoff(500ms, 30s) {
    for (QTimer* timer : {&m_askTimer, &m_streamTimer, &m_snapshotTimer})
        timer->setSingleShot(true);
    m_pollTimer.setInterval(poll_interval);
    connect(&m_askTimer, &QTimer::timeout, this, [this] { ask(BoardHttp::Waiting::Nobody); });
    connect(&m_streamTimer, &QTimer::timeout, this, &BoardLink::openStream);
    connect(&m_pollTimer, &QTimer::timeout, this, &BoardLink::poll);
    connect(&m_snapshotTimer, &QTimer::timeout, this, [this] {
        if (m_awaitingSnapshot) poll();
    });
    connect(&m_stream, &BoardStream::opened, this, [this] {
        m_streamBackoff.reset();
        m_history.restart();  // what happened while we did not listen
        setFeed(Feed::Stream);
        subscribe();
    });
    connect(&m_stream, &BoardStream::closed, this, &BoardLink::onStreamClosed);
    connect(&m_stream, &BoardStream::pushed, this, &BoardLink::onPushed);
    QMetaObject::invokeMethod(this, [this] { ask(BoardHttp::Waiting::Person); }, Qt::QueuedConnection);
}

void BoardLink::setWatched(bool watched) {
    if (m_watched == watched) return;
    m_watched = watched;
    if (watched) {
        ask(BoardHttp::Waiting::Person);
    } else {
        m_stream.close();
        setFeed(Feed::None);
    }
}

void BoardLink::setDiagnosticsWatched(bool watched) {
    if (m_diagnosticsWatched == watched) return;
    m_diagnosticsWatched = watched;
    if (m_stream.isOpen()) subscribe();
    if (watched) loadDiagnostics();
    updatePolling();
}

void BoardLink::reload() {
    m_away.reset();
    m_streamBackoff.reset();
    m_stream.close();
    setFeed(Feed::None);
    m_http.abortAll();
    m_asking = m_polling = false;
    m_history.restart();
    ask(BoardHttp::Waiting::Person);
}

void BoardLink::ask(BoardHttp::Waiting waiting) {
    if (m_asking) return;
    m_asking = true;
    m_askTimer.stop();
    m_http.get(path(protocol::paths::info), waiting, [this](const HttpAnswer& answer) {
        m_asking = false;
        onInfo(answer);
        const bool offline = m_presence == Presence::Offline;
        m_askTimer.start(offline ? m_away.next(chance()) : std::chrono::milliseconds(look_interval));
    });
}

void BoardLink::onInfo(const HttpAnswer& answer) {
    if (!answer.reached()) {
        m_stream.close();
        setFeed(Feed::None);
        setPresence(Presence::Offline, answer.failure);
        return;
    }
    const auto info = protocol::decode<protocol::Info>(view(answer.body));
    if (answer.ok() && info) {
        const bool other = m_info != *info;
        m_info = *info;
        if (other) Q_EMIT infoChanged();
        setPresence(Presence::Online);
    } else if (answer.status == 503) {
        setPresence(Presence::Online);  // it is there and says that it is busy
    } else {
        m_stream.close();
        setFeed(Feed::None);
        setPresence(Presence::Offline,
                    tr("Something answers at this address, but it is not a Boardwalk board"));
        return;
    }
    m_away.reset();
    if (m_feed == Feed::None && !m_stream.isOpening()) openStream();
}

void BoardLink::setPresence(Presence presence, const QString& reason) {
    if (m_presence == presence && m_reason == reason) return;
    m_presence = presence;
    m_reason = reason;
    if (presence == Presence::Offline) m_streamTimer.stop();
    Q_EMIT presenceChanged();
}

void BoardLink::setFeed(Feed feed) {
    if (feed == Feed::None) {
        m_awaitingSnapshot = false;
        m_streamTimer.stop();
    }
    if (m_feed == feed) return;
    m_feed = feed;
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
    if (m_watched && m_presence == Presence::Online) m_stream.open();
}

void BoardLink::subscribe() {
    protocol::Subscribe request{.topics = protocol::TopicSet(protocol::Topic::state, protocol::Topic::log),
                                .max_hz = updates_hz};
    if (m_diagnosticsWatched) request.topics.insert(protocol::Topic::diagnostics);
    m_awaitingSnapshot = true;
    m_snapshotTimer.start(snapshot_patience);
    m_stream.call(request, [this](const BoardStream::Outcome* outcome) {
        if (!outcome) return;  // closed: handled there
        if (std::holds_alternative<protocol::Problem>(*outcome)) {
            m_stream.close();
            onStreamClosed();
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
        m_diagnostics = *diagnostics;
        m_diagnosticsAge.start();
        Q_EMIT diagnosticsChanged();
    }
}

void BoardLink::onStreamClosed() {
    // The board may have no WebSocket left (503), be restarting, or be gone. Poll: the first answer tells.
    setFeed(Feed::Polling);
    m_awaitingSnapshot = false;
    m_streamTimer.start(m_streamBackoff.next(chance()));
    poll();
}

void BoardLink::poll() {
    if (m_diagnosticsWatched &&
        (!m_diagnosticsAge.isValid() || m_diagnosticsAge.elapsed() > diagnostics_age_ms ||
         m_feed == Feed::Polling)) {
        loadDiagnostics();
    }
    if (m_polling || (m_feed == Feed::Stream && !m_awaitingSnapshot)) return;
    m_polling = true;
    m_http.get(path(protocol::paths::state), BoardHttp::Waiting::Nobody, [this](const HttpAnswer& answer) {
        m_polling = false;
        if (!answer.reached()) {
            ask(BoardHttp::Waiting::Nobody);
            return;
        }
        const auto snapshot = protocol::decode<protocol::State>(view(answer.body));
        if (answer.ok() && snapshot) onSnapshot(*snapshot);
    });
    if (m_feed == Feed::Polling) loadLogs(BoardHttp::Waiting::Nobody);
}

void BoardLink::onSnapshot(const protocol::State& snapshot) {
    const bool restarted = m_state.isKnown() && m_state.state().boot_id != snapshot.boot_id;
    if (restarted) {
        m_logs.clear();
        m_history.restart();
        ask(BoardHttp::Waiting::Nobody);
    }
    m_awaitingSnapshot = false;
    m_snapshotTimer.stop();
    m_state.applySnapshot(snapshot);
    m_history.load();
}

void BoardLink::loadLogs(BoardHttp::Waiting waiting) {
    const QString since = QStringLiteral("?since=%1").arg(m_logs.lastSeq());
    m_http.get(path(protocol::paths::logs) + since, waiting, [this](const HttpAnswer& answer) {
        const auto logs = protocol::decode<protocol::Logs>(view(answer.body));
        if (!answer.ok() || !logs) return;
        // A gap before the very first page is the board's bounded memory, not a loss.
        if (m_logs.lastSeq() > 0) m_logs.appendGap(logs->gap);
        for (const protocol::LogLine& line : logs->lines)
            m_logs.append(line);
    });
}

void BoardLink::loadDiagnostics() {
    m_http.get(path(protocol::paths::diagnostics), BoardHttp::Waiting::Nobody,
               [this](const HttpAnswer& answer) {
                   const auto diagnostics = protocol::decode<protocol::Diagnostics>(view(answer.body));
                   if (!answer.ok() || !diagnostics) return;
                   m_diagnostics = *diagnostics;
                   m_diagnosticsAge.start();
                   Q_EMIT diagnosticsChanged();
               });
}

void BoardLink::setOutput(const std::string& id, const protocol::OutputValue& value, SetDone done) {
    protocol::OutputSet request{.id = {}, .value = value};
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
