#include "desktop/core/board/board_requests.hpp"

#include <utility>
#include <vector>

#include "desktop/core/text.hpp"
#include "shared/names.hpp"

namespace boardwalk::desktop {

namespace {

constexpr qsizetype answer_bytes_max = 1024 * 1024;

Urgency urgencyOf(BoardRequests::Waiting waiting, BoardRequests::Interest interest) {
    if (waiting == BoardRequests::Waiting::Person) return Urgency::Person;
    return interest == BoardRequests::Interest::Hidden ? Urgency::Hidden : Urgency::Visible;
}

}  // namespace

BoardRequests::BoardRequests(const QUrl& base, HttpClient& client, RequestTracker& tracker)
    : m_base(base), m_client(&client), m_tracker(&tracker) {}

BoardRequests::~BoardRequests() {
    m_ending = true;
    cancelAll();
    if (m_client && m_interest == Interest::Shown) m_client->setKept(m_base, false);
}

QUrl BoardRequests::resolved(const QUrl& base, const QString& path) {
    return base.resolved(QUrl(path.startsWith(u'/') ? path.mid(1) : path));
}

void BoardRequests::get(const QString& path, Waiting waiting, Done done, qint64 ms_max) {
    HttpCall call;
    call.ms_max = ms_max;
    call.bytes_max = path == qt(protocol::paths::info) ? info_bytes_max : answer_bytes_max;
    call.keeps_connection = m_interest == Interest::Shown;
    send(std::move(call), path, waiting, std::move(done));
}

void BoardRequests::put(const QString& path, const QByteArray& json, Done done) {
    HttpCall call;
    call.verb = "PUT";
    call.body = json;
    call.media_type = "application/json";
    send(std::move(call), path, Waiting::Person, std::move(done));
}

void BoardRequests::patch(const QString& path, const QByteArray& json, const QByteArray& if_match,
                          Done done) {
    HttpCall call;
    call.verb = "PATCH";
    call.body = json;
    call.media_type = "application/merge-patch+json";
    call.if_match = if_match;
    send(std::move(call), path, Waiting::Person, std::move(done));
}

void BoardRequests::call(const QByteArray& verb, const QString& path, const QByteArray& json, Done done,
                         Signs signs) {
    HttpCall call;
    call.verb = verb;
    call.body = json;
    if (!json.isEmpty()) call.media_type = "application/json";
    send(std::move(call), path, Waiting::Person, std::move(done), signs);
}

void BoardRequests::askForStream(Done done) {
    HttpCall call;
    call.asks_for_stream = true;
    send(std::move(call), qt(protocol::paths::stream), Waiting::Nobody, std::move(done));
}

void BoardRequests::send(HttpCall call, const QString& path, Waiting waiting, Done done, Signs signs) {
    if (m_ending || !m_client) return;  // and `done` ends the call as cancelled
    call.url = resolved(m_base, path);
    if (signs == Signs::Yes && path != qt(protocol::paths::info)) {
        call.authorization = m_credential.authorization();
        call.cookie = m_credential.cookieField();
    }
    call.urgency = urgencyOf(waiting, m_interest);
    RequestTracker::Ticket ticket;
    if (waiting == Waiting::Person && m_tracker) ticket = m_tracker->begin();
    const quint64 number = m_nextNumber++;
    m_calls.emplace(number, 0);
    const quint64 id = m_client->send(
        call, [this, number, acted = call.verb != "GET", signs, shown = m_credential,
               ticket = std::move(ticket), done = std::move(done)](const HttpAnswer& answer) mutable {
            m_calls.erase(number);
            ticket.finish();
            const bool refused = answer.status == 401 || answer.status == 403;
            if (refused && signs == Signs::Yes && shown == m_credential && m_refused)
                m_refused(answer, acted);
            done(answer);
        });
    if (const auto call_of_ours = m_calls.find(number); call_of_ours != m_calls.end())
        call_of_ours->second = id;
}

void BoardRequests::cancelAll() {
    // Those that are there now: a `done` may send anew, and that is another call.
    std::vector<quint64> all;
    for (const auto& [number, id] : m_calls)
        all.push_back(id);
    for (const quint64 id : all) {
        if (m_client) m_client->cancel(id);  // a client that is gone has ended all of its calls
    }
}

void BoardRequests::setBase(const QUrl& base) {
    if (base == m_base) return;
    const bool kept = m_client && m_interest == Interest::Shown;
    if (kept) m_client->setKept(m_base, false);
    m_base = base;
    m_credential = {};
    if (kept) m_client->setKept(m_base, true);
    cancelAll();
}

void BoardRequests::setInterest(Interest interest) {
    m_interest = interest;
    if (m_client) m_client->setKept(m_base, interest == Interest::Shown);
}

}  // namespace boardwalk::desktop
