#include "desktop/core/board_http.hpp"

#include <utility>
#include <vector>

#include "desktop/core/text.hpp"
#include "shared/names.hpp"

namespace boardwalk::desktop {

namespace {

constexpr qsizetype answer_bytes_max = 1024 * 1024;

Urgency urgencyOf(BoardHttp::Waiting waiting, BoardHttp::Interest interest) {
    if (waiting == BoardHttp::Waiting::Person) return Urgency::Person;
    return interest == BoardHttp::Interest::Hidden ? Urgency::Hidden : Urgency::Visible;
}

HttpAnswer cancelledAnswer() {
    HttpAnswer answer;
    answer.cancelled = true;
    answer.failure = BoardHttp::tr("It was given up before an answer came");
    return answer;
}

}  // namespace

BoardHttp::BoardHttp(const QUrl& base, HttpClient& client, RequestTracker& tracker, QObject* parent)
    : QObject(parent), m_base(base), m_client(&client), m_tracker(&tracker) {}

BoardHttp::~BoardHttp() {
    m_ending = true;
    cancelAll();
    if (m_client && m_interest == Interest::Shown) m_client->setKept(m_base, false);
}

QUrl BoardHttp::resolved(const QUrl& base, const QString& path) {
    return base.resolved(QUrl(path.startsWith(u'/') ? path.mid(1) : path));
}

void BoardHttp::get(const QString& path, Waiting waiting, Done done) {
    HttpCall call;
    call.bytes_max = path == qt(protocol::paths::info) ? info_bytes_max : answer_bytes_max;
    call.keeps_connection = m_interest == Interest::Shown;
    send(std::move(call), path, waiting, std::move(done));
}

void BoardHttp::put(const QString& path, const QByteArray& json, Done done) {
    HttpCall call;
    call.verb = "PUT";
    call.body = json;
    call.media_type = "application/json";
    send(std::move(call), path, Waiting::Person, std::move(done));
}

void BoardHttp::patch(const QString& path, const QByteArray& json, const QByteArray& if_match, Done done) {
    HttpCall call;
    call.verb = "PATCH";
    call.body = json;
    call.media_type = "application/merge-patch+json";
    call.if_match = if_match;
    send(std::move(call), path, Waiting::Person, std::move(done));
}

void BoardHttp::askForStream(Done done) {
    HttpCall call;
    call.asks_for_stream = true;
    send(std::move(call), qt(protocol::paths::stream), Waiting::Nobody, std::move(done));
}

void BoardHttp::send(HttpCall call, const QString& path, Waiting waiting, Done done) {
    if (m_ending || !m_client) {
        if (done) done(cancelledAnswer());
        return;
    }
    const quint64 number = m_nextNumber++;
    call.url = resolved(m_base, path);
    call.urgency = urgencyOf(waiting, m_interest);
    Call mine;
    mine.done = std::move(done);
    if (waiting == Waiting::Person && m_tracker) mine.ticket = m_tracker->begin();
    mine.id = m_client->send(call, [this, number](const HttpAnswer& answer) { onEnded(number, answer); });
    m_calls.emplace(number, std::move(mine));
}

void BoardHttp::onEnded(quint64 number, const HttpAnswer& answer) {
    const auto found = m_calls.find(number);
    if (found == m_calls.end()) return;
    Call call = std::move(found->second);
    m_calls.erase(found);
    call.ticket.finish();
    if (call.done) call.done(answer);
}

void BoardHttp::cancelAll() {
    // Those that are there now: a `done` may send anew, and that is another call.
    std::vector<quint64> all;
    for (const auto& [number, call] : m_calls)
        all.push_back(number);
    for (const quint64 number : all) {
        const auto found = m_calls.find(number);
        if (found == m_calls.end()) continue;
        if (m_client) {
            m_client->cancel(found->second.id);
        } else {
            onEnded(number, cancelledAnswer());
        }
    }
}

void BoardHttp::setBase(const QUrl& base) {
    if (base == m_base) return;
    const bool kept = m_client && m_interest == Interest::Shown;
    if (kept) m_client->setKept(m_base, false);
    m_base = base;
    if (kept) m_client->setKept(m_base, true);
    cancelAll();
}

void BoardHttp::setInterest(Interest interest) {
    m_interest = interest;
    if (m_client) m_client->setKept(m_base, interest == Interest::Shown);
}

}  // namespace boardwalk::desktop
