#include "desktop/core/board_stream.hpp"

#include <QNetworkProxy>
#include <QWebSocketHandshakeOptions>
#include <QWebSocketProtocol>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/limits.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int tick_ms = 1000;
constexpr qint64 open_timeout_ms = 8000;
constexpr qint64 ping_after_ms = 5000;  // nothing heard for so long: ask
constexpr qint64 dead_after_ms =
    12000;  // still nothing: a cable was pulled, TCP would notice in many minutes
constexpr qint64 call_timeout_ms = 8000;

}  // namespace

BoardStream::BoardStream(const QUrl& base, RequestTracker& tracker, QObject* parent)
    : QObject(parent), m_url(base.resolved(QUrl(QStringLiteral("api/v1/stream")))), m_tracker(tracker) {
    m_url.setScheme(base.scheme() == u"https" ? QStringLiteral("wss") : QStringLiteral("ws"));
    m_socket.setProxy(QNetworkProxy::NoProxy);
    // The board's own limit, with room for a snapshot: those are not messages that it takes but that it
    // sends.
    m_socket.setMaxAllowedIncomingMessageSize(64 * limits::websocket_message_bytes_max);
    m_clock.start();
    m_tick.setInterval(tick_ms);
    connect(&m_tick, &QTimer::timeout, this, &BoardStream::onTick);
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        m_open = true;
        m_heard_ms = m_clock.elapsed();
        Q_EMIT opened();
    });
    connect(&m_socket, &QWebSocket::disconnected, this, [this] {
        const QString said = m_socket.closeReason();
        fail(said.isEmpty() ? tr("The live connection was closed") : said);
    });
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(&m_socket, &QWebSocket::errorOccurred, this, [this] { fail(m_socket.errorString()); });
#else
    connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            [this] { fail(m_socket.errorString()); });
#endif
    connect(&m_socket, &QWebSocket::textMessageReceived, this, &BoardStream::onText);
    connect(&m_socket, &QWebSocket::pong, this, [this] { m_heard_ms = m_clock.elapsed(); });
}

BoardStream::~BoardStream() {
    m_socket.disconnect(this);
    m_socket.abort();
}

void BoardStream::open() {
    close();
    m_socket.abort();  // a polite close may still be under way: its end must not look like the new one's
    m_wanted = true;
    m_heard_ms = m_clock.elapsed();
    m_tick.start();
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({qt(protocol::subprotocol)});
    m_socket.open(m_url, options);
}

void BoardStream::close() {
    m_wanted = false;
    m_tick.stop();
    const bool was_open = std::exchange(m_open, false);
    m_calls.clear();
    if (was_open) {
        m_socket.close(QWebSocketProtocol::CloseCodeGoingAway);
    } else {
        m_socket.abort();
    }
}

void BoardStream::call(const Request& request, Answer answer) {
    const std::uint64_t id = m_nextId++;
    m_calls.emplace(id, Call{m_tracker.begin(), std::move(answer), m_clock.elapsed()});
    m_socket.sendTextMessage(qt(protocol::encode(protocol::StreamRequest{.id = id, .call = request})));
}

void BoardStream::onText(const QString& text) {
    m_heard_ms = m_clock.elapsed();
    if (!m_wanted) return;
    const QByteArray utf8 = text.toUtf8();
    const auto message = protocol::decode<protocol::StreamMessage>(view(utf8));
    if (!message) return;  // a later firmware may push what we do not know
    if (const auto* reply = std::get_if<protocol::Reply>(&*message)) {
        onReply(*reply);
    } else {
        Q_EMIT pushed(*message);
    }
}

void BoardStream::onReply(const protocol::Reply& reply) {
    const auto found = m_calls.find(reply.id.value_or(0));
    if (found == m_calls.end()) return;
    Call call = std::move(found->second);
    m_calls.erase(found);
    call.ticket.finish();
    if (call.answer) call.answer(&reply.outcome);
}

void BoardStream::onTick() {
    const qint64 now = m_clock.elapsed();
    const qint64 silent = now - m_heard_ms;
    if (!m_open) {
        if (silent > open_timeout_ms) fail(tr("The board did not take the live connection in time"));
        return;
    }
    if (silent > dead_after_ms) {
        fail(tr("The board has been silent for %1 s").arg(silent / 1000));
        return;
    }
    if (silent > ping_after_ms) m_socket.ping();
    for (const auto& [id, call] : m_calls) {
        if (now - call.sent_ms > call_timeout_ms) {
            fail(tr("The board did not answer in time"));
            return;
        }
    }
}

void BoardStream::fail(const QString& reason) {
    if (!m_wanted) return;  // an error is followed by disconnected: say it once
    m_wanted = false;
    m_open = false;
    m_tick.stop();
    std::unordered_map<std::uint64_t, Call> calls = std::exchange(m_calls, {});
    // Not from inside the socket's own signal.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!m_wanted) m_socket.abort();
        },
        Qt::QueuedConnection);
    for (auto& [id, call] : calls) {
        call.ticket.finish();
        if (call.answer) call.answer(nullptr);
    }
    Q_EMIT closed(reason);
}

}  // namespace boardwalk::desktop
