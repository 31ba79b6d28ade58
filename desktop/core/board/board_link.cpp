#include "desktop/core/board/board_link.hpp"

#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"
#include "shared/requests.hpp"

namespace boardwalk::desktop {

SetOutcome SetOutcome::makeCancelled() {
    return {BoardLink::tr("It was given up before an answer came"), true, true};
}

BoardLink::BoardLink(const QUrl& url, HttpClient& client, RequestTracker& tracker, QObject* parent)
    : QObject(parent),
      m_requests(url, client, tracker),
      m_presence(m_requests),
      m_feed(m_requests, tracker, m_state, m_logs),
      m_access(m_requests) {
    connectPresence();
    connectFeed();
    connectAccess();
    m_presence.ask(BoardRequests::Waiting::Nobody);
}

BoardLink::~BoardLink() {
    retire();
    m_requests.cancelAll();  // what a view has asked since; their ends may still look at the other parts
}

void BoardLink::connectPresence() {
    connect(&m_presence, &BoardPresence::wentAway, this, [this] {
        m_feed.setWanted(false);
        if (!m_state.isFrozen()) m_state.markGap(0);
        m_state.freeze();
    });
    connect(&m_presence, &BoardPresence::identified, &m_access, &BoardAccess::onInfo);
    connect(&m_presence, &BoardPresence::changed, this, [this] {
        if (presence() == Presence::Offline) m_access.onAway();
        updateFeed();
        Q_EMIT presenceChanged();
    });
    connect(&m_presence, &BoardPresence::infoChanged, this, &BoardLink::infoChanged);
    connect(&m_presence, &BoardPresence::confirmed, this, [this] {
        updateFeed();
        Q_EMIT confirmed();
    });
    connect(&m_presence, &BoardPresence::missed, this, &BoardLink::missed);
}

void BoardLink::connectAccess() {
    m_requests.setOnRefused([this](const HttpAnswer& answer, bool acted) {
        const auto problem = problemOf(answer.body);
        m_access.onRefused(answer.status, problem ? qt(problem->code) : QString(), acted);
    });
    connect(&m_access, &BoardAccess::credentialChanged, this,
            [this] { m_feed.setCredential(m_requests.credential()); });
    connect(&m_access, &BoardAccess::changed, this, [this] {
        m_feed.setReadsLog(m_access.maySet());
        updateFeed();
        // What was seen before stays, as of before.
        const bool out = m_access.standing() == BoardAccess::Standing::SignedOut ||
                         m_access.standing() == BoardAccess::Standing::OtherAddress;
        if (out && !m_access.mayLook() && m_state.isKnown() && !m_state.isFrozen()) {
            m_state.markGap(0);
            m_state.freeze();
        }
        Q_EMIT accessChanged();
    });
}

void BoardLink::connectFeed() {
    connect(&m_feed, &BoardFeed::changed, this, [this] {
        m_presence.setLive(m_feed.feed() == Feed::Stream);
        Q_EMIT feedChanged();
    });
    connect(&m_feed, &BoardFeed::diagnosticsChanged, this, &BoardLink::diagnosticsChanged);
    connect(&m_feed, &BoardFeed::settingsChanged, this, &BoardLink::settingsChanged);
    connect(&m_feed, &BoardFeed::heard, &m_presence, &BoardPresence::heard);
    connect(&m_feed, &BoardFeed::unanswered, &m_presence, &BoardPresence::unanswered);
    connect(&m_feed, &BoardFeed::silent, &m_presence, &BoardPresence::silent);
    connect(&m_feed, &BoardFeed::restarted, &m_presence,
            [this] { m_presence.ask(BoardRequests::Waiting::Nobody); });
}

void BoardLink::retire() {
    if (std::exchange(m_retired, true)) return;
    m_access.retire();
    m_presence.retire();
    m_feed.retire();
    m_requests.cancelAll();
    m_requests.setInterest(BoardRequests::Interest::Hidden);
    disconnect(this, nullptr, nullptr, nullptr);
}

void BoardLink::setWatched(bool watched) {
    if (m_retired || m_watched == watched) return;
    m_watched = watched;
    updateInterest();
    m_access.setWanted(watched);
    updateFeed();
    if (watched) m_presence.ask(BoardRequests::Waiting::Person);
}

void BoardLink::setVisible(bool visible) {
    if (m_retired || m_visible == visible) return;
    m_visible = visible;
    updateInterest();
}

void BoardLink::updateInterest() {
    const auto interest = m_watched   ? BoardRequests::Interest::Shown
                          : m_visible ? BoardRequests::Interest::Visible
                                      : BoardRequests::Interest::Hidden;
    m_requests.setInterest(interest);
    m_presence.setInterest(interest);
}

void BoardLink::updateFeed() {
    if (!m_retired) m_feed.setWanted(m_watched && presence() == Presence::Online && m_access.mayLook());
}

void BoardLink::setDiagnosticsWatched(bool watched) {
    if (!m_retired) m_feed.setDiagnosticsWatched(watched);
}

void BoardLink::refresh() {
    if (!m_retired)
        m_presence.refresh(m_watched ? BoardRequests::Waiting::Person : BoardRequests::Waiting::Nobody);
}

void BoardLink::reload() {
    if (m_retired) return;
    m_access.onAway();
    m_feed.restart();
    m_requests.cancelAll();
    m_presence.refresh(BoardRequests::Waiting::Person);
}

void BoardLink::setUrl(const QUrl& url, bool quietly) {
    if (m_retired || url == m_requests.base()) return;
    m_access.onAway();  // who is at the new address has not been asked
    m_feed.setBase(url);
    m_requests.setBase(url);
    Q_EMIT urlChanged();
    if (quietly) {
        m_presence.askLater();
    } else {
        refresh();
    }
}

void BoardLink::setOutput(const std::string& id, const protocol::OutputValue& value, SetDone done) {
    if (m_retired) return;  // and `done` ends the call as cancelled
    protocol::OutputSet request{.id = {}, .value = value};
    if (!m_feed.stream().isOpen() || !request.id.assign(id)) return putOutput(id, value, std::move(done));
    const protocol::Output* output = m_state.output(id);
    const bool press = output && output->kind == protocol::OutputKind::button;
    m_feed.stream().call(request, [this, id, value, press, boot = m_state.state().boot_id,
                                   done = std::move(done)](const StreamAnswer& answer) mutable {
        if (answer.isCancelled()) {
            if (!press) return putOutput(id, value, std::move(done));
            return done({tr("The live connection ended before the board answered"), false, true});
        }
        if (const auto* problem = std::get_if<protocol::Problem>(&*answer.outcome)) {
            m_access.onRefused(int(problem->status), qt(problem->code), true);
            done({problemText(*problem)});
        } else if (const auto* result = std::get_if<protocol::OutputResult>(&*answer.outcome)) {
            m_state.applyOutput(*result, boot);
            done({});
        } else {
            done({tr("The board answered with something else")});
        }
    });
}

void BoardLink::putOutput(const std::string& id, const protocol::OutputValue& value, SetDone done) {
    const QString target =
        qt(protocol::paths::outputs) + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(qt(id)));
    const std::string body = protocol::encode(protocol::SetOutput{value});
    m_requests.put(
        target, QByteArray::fromStdString(body),
        [this, boot = m_state.state().boot_id, done = std::move(done)](const HttpAnswer& answer) mutable {
            const auto result = protocol::decode<protocol::OutputResult>(view(answer.body));
            if (answer.ok() && result) {
                m_state.applyOutput(*result, boot);
                done({});
            } else if (!answer.reached()) {
                done({answer.failure, answer.cancelled, true});
            } else {
                const auto problem = protocol::decode<protocol::Problem>(view(answer.body));
                done({problem ? problemText(*problem) : tr("The board answered %1").arg(answer.status)});
            }
        });
}

}  // namespace boardwalk::desktop
