#include "desktop/core/board/board_presence.hpp"

#include <QHostAddress>
#include <QRandomGenerator>
#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds visible_interval = 5s;  // between two questions to a row that is seen
constexpr std::chrono::milliseconds hidden_interval = 30s;  // to one that is not: as much again by chance
constexpr std::chrono::milliseconds shown_away_interval = 500ms;  // to a board that is away, and shown
constexpr qint64 shown_away_ms_max =
    2000;                          // for the answer: it is back within 2 to 3 s, also when one was lost
constexpr qint64 heard_ms = 4500;  // what said something since then is no board that is away

double chance() { return QRandomGenerator::global()->generateDouble(); }

}  // namespace

BoardPresence::BoardPresence(BoardRequests& requests, QObject* parent)
    : QObject(parent), m_requests(requests), m_backoff(1s, 15s) {
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] { ask(Waiting::Nobody); });
}

void BoardPresence::retire() {
    m_retired = true;
    m_timer.stop();
}

void BoardPresence::setInterest(Interest interest) {
    if (m_interest == interest) return;
    m_interest = interest;
    askLater();
}

void BoardPresence::refresh(Waiting waiting) {
    m_backoff.reset();
    ask(waiting);
}

void BoardPresence::ask(Waiting waiting) {
    if (m_retired || m_asking) return;
    m_asking = true;
    m_timer.stop();
    m_askedAge.start();
    // Not where a name is to be looked up first, which may take longer by itself.
    const bool literal = !QHostAddress(m_requests.base().host()).isNull();
    const bool impatient = literal && m_presence == Presence::Offline && m_interest == Interest::Shown;
    m_requests.get(
        qt(protocol::paths::info), waiting,
        [this](const HttpAnswer& answer) {
            m_asking = false;
            if (answer.cancelled) return;
            onAnswer(answer);
            askLater();
        },
        impatient ? shown_away_ms_max : 0);
}

void BoardPresence::askLater() {
    if (m_retired || m_asking) return;
    std::chrono::milliseconds wait = visible_interval;
    if (m_interest == Interest::Hidden) {
        wait =
            hidden_interval + std::chrono::milliseconds(qint64(chance() * double(hidden_interval.count())));
    } else if (m_presence == Presence::Offline) {
        wait = m_interest == Interest::Shown ? shown_away_interval : m_backoff.next(chance());
    }
    if (m_askedAge.isValid() && m_presence != Presence::Offline)
        wait -= std::chrono::milliseconds(m_askedAge.elapsed());
    m_timer.start(std::max(wait, 0ms));
}

void BoardPresence::onAnswer(const HttpAnswer& answer) {
    if (!answer.reached()) {
        if (m_live && m_heardAge.isValid() && m_heardAge.elapsed() < heard_ms) return;
        goAway(Away::Unreachable, answer.failure);
        Q_EMIT missed();
        return;
    }
    const auto info = protocol::decode<protocol::Info>(view(answer.body));
    if (answer.ok() && info) return onBoard(*info);
    const auto problem = problemOf(answer.body);
    if (problem && answer.status == 503) {
        heard();
        set(Presence::Online);  // it is there and says that it is busy
        Q_EMIT confirmed();
        return;
    }
    if (problem) {
        goAway(Away::Refused, problemText(*problem));
    } else {
        goAway(Away::NotABoard,
               tr("Something answers at this address (with status %1), but it is not a Boardwalk board")
                   .arg(answer.status));
    }
    Q_EMIT missed();
}

void BoardPresence::onBoard(const protocol::Info& told) {
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
    heard();
    Q_EMIT identified(info);
    if (changed) Q_EMIT infoChanged();
    set(Presence::Online);
    m_backoff.reset();
    Q_EMIT confirmed();
}

void BoardPresence::heard() {
    m_lastHeard = QDateTime::currentDateTime();
    m_heardAge.start();
}

void BoardPresence::unanswered(const QString& reason) {
    if (!m_live && (!m_heardAge.isValid() || m_heardAge.elapsed() >= heard_ms))
        goAway(Away::Unreachable, reason);
    ask(Waiting::Nobody);
}

void BoardPresence::silent(const QString& reason, qint64 for_ms) {
    if (!m_heardAge.isValid() || m_heardAge.elapsed() >= for_ms) goAway(Away::Unreachable, reason);
    ask(Waiting::Nobody);
}

void BoardPresence::goAway(Away away, const QString& reason) {
    Q_EMIT wentAway();
    if (m_presence != Presence::Offline) m_since = m_lastHeard;
    m_away = away;
    set(Presence::Offline, reason);
}

void BoardPresence::set(Presence presence, const QString& reason) {
    if (m_presence == presence && m_reason == reason) return;
    m_presence = presence;
    m_reason = reason;
    Q_EMIT changed();
}

}  // namespace boardwalk::desktop
