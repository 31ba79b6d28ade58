#include "desktop/core/http/http_client.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace boardwalk::desktop {

namespace {

constexpr int tick_ms = 250;

constexpr std::array<int, 3> most_of = {HttpClient::under_way_max, HttpClient::under_way_visible_max,
                                        HttpClient::under_way_hidden_max};

QString originOf(const QUrl& url) {
    return url.scheme() + u' ' + url.host() + u' ' + QString::number(url.port());
}

qint64 patience(const HttpCall& call) {
    if (call.ms_max > 0) return call.ms_max;
    return call.urgency == Urgency::Person ? HttpClient::person_ms_max : HttpClient::background_ms_max;
}

}  // namespace

HttpClient::HttpClient(QObject* parent) : QObject(parent) {
    m_clock.start();
    m_tick.setInterval(tick_ms);
    connect(&m_tick, &QTimer::timeout, this, &HttpClient::onTick);
}

HttpAnswer HttpAnswer::makeCancelled() {
    HttpAnswer answer;
    answer.cancelled = true;
    answer.failure = HttpClient::tr("It was given up before an answer came");
    return answer;
}

HttpClient::~HttpClient() {
    m_ending = true;
    // What lets go of a call ends it as cancelled, and that may send again, which ends at once.
    for (auto& [id, call] : m_underWay)
        call.exchange->drop();
    const auto under_way = std::exchange(m_underWay, {});
    const auto waiting = std::exchange(m_waiting, {});
}

quint64 HttpClient::send(const HttpCall& call, HttpDone done) {
    if (m_ending) return 0;  // and `done` ends the call as cancelled
    const quint64 id = m_nextId++;
    m_waiting[std::size_t(call.urgency)].push_back({id, call, std::move(done)});
    startSoon();
    return id;
}

void HttpClient::cancel(quint64 id) {
    HttpDone done;  // which goes when all else is done, and ends the call as cancelled
    if (const auto found = m_underWay.find(id); found != m_underWay.end()) {
        done = std::move(found->second.done);
        found->second.exchange->drop();
        m_underWay.erase(found);
        startSoon();
        return;
    }
    for (auto& line : m_waiting) {
        const auto waits = std::ranges::find(line, id, &Waiting::id);
        if (waits == line.end()) continue;
        done = std::move(waits->done);
        line.erase(waits);
        return;
    }
}

void HttpClient::setKept(const QUrl& board, bool kept) {
    const QString origin = originOf(board);
    if (kept) {
        m_kept.insert(origin);
    } else {
        m_kept.remove(origin);
        std::erase_if(m_idle, [&origin](const Idle& each) { return each.origin == origin; });
    }
}

void HttpClient::startSoon() {
    if (std::exchange(m_startPosted, true)) return;
    QMetaObject::invokeMethod(this, &HttpClient::startMore, Qt::QueuedConnection);
}

void HttpClient::startMore() {
    m_startPosted = false;
    for (std::size_t urgency = 0; urgency < m_waiting.size(); ++urgency) {
        auto& line = m_waiting[urgency];
        while (!line.empty() && underWay() < most_of[urgency]) {
            Waiting waiting = std::move(line.front());
            line.pop_front();
            start(std::move(waiting));
        }
    }
    if (!m_underWay.empty() && !m_tick.isActive()) m_tick.start();
}

void HttpClient::start(Waiting waiting) {
    auto* exchange = new HttpExchange(waiting.call, m_resolver,
                                      [this, id = waiting.id](const HttpAnswer& answer, Socket socket) {
                                          onEnded(id, answer, std::move(socket));
                                      });
    m_underWay.emplace(waiting.id, UnderWay{std::unique_ptr<HttpExchange, LaterDelete>(exchange),
                                            std::move(waiting.done), m_clock.elapsed()});
    exchange->start(takeIdle(waiting.call));
}

void HttpClient::onEnded(quint64 id, const HttpAnswer& answer, Socket socket) {
    const auto found = m_underWay.find(id);
    if (found == m_underWay.end()) return;
    UnderWay ended = std::move(found->second);
    m_underWay.erase(found);
    if (socket) keep(ended.exchange->call().url, std::move(socket));
    startSoon();
    ended.done(answer);
}

void HttpClient::onTick() {
    const qint64 now = m_clock.elapsed();
    std::vector<quint64> late;
    for (const auto& [id, each] : m_underWay) {
        if (now - each.since_ms > patience(each.exchange->call())) late.push_back(id);
    }
    for (const quint64 id : late) {
        const auto found = m_underWay.find(id);  // an earlier one's `done` may have cancelled it
        if (found == m_underWay.end()) continue;
        HttpExchange& exchange = *found->second.exchange;
        exchange.fail(tr("No answer within %1 s").arg(patience(exchange.call()) / 1000));
    }
    std::erase_if(m_idle, [now](const Idle& each) { return now - each.since_ms > idle_ms_max; });
    if (m_underWay.empty() && m_idle.empty()) m_tick.stop();
}

void HttpClient::keep(const QUrl& url, Socket socket) {
    if (!m_kept.contains(originOf(url))) return;
    if (m_idle.size() >= idle_max) m_idle.pop_front();
    QTcpSocket* raw = socket.get();
    // Whatever happens to it while it is idle ends it: its close, or bytes that nothing asked for.
    const auto over = [this, raw] {
        std::erase_if(m_idle, [raw](const Idle& each) { return each.socket.get() == raw; });
    };
    connect(raw, &QTcpSocket::readyRead, this, over);
    connect(raw, &QTcpSocket::disconnected, this, over);
    m_idle.push_back({originOf(url), std::move(socket), m_clock.elapsed()});
    if (raw->state() != QAbstractSocket::ConnectedState) over();
}

Socket HttpClient::takeIdle(const HttpCall& call) {
    // What may not be repeated goes out on a fresh connection.
    if (!call.keeps_connection || call.verb != "GET") return nullptr;
    const QString origin = originOf(call.url);
    const auto found = std::ranges::find(m_idle, origin, &Idle::origin);
    if (found == m_idle.end()) return nullptr;
    Socket socket = std::move(found->socket);
    m_idle.erase(found);
    socket->disconnect(this);
    return socket;
}

}  // namespace boardwalk::desktop
