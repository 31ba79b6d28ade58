#include "desktop/core/board/board_stream.hpp"

#include <QNetworkProxy>
#include <QNetworkRequest>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>
#include <QWebSocketProtocol>
#include <utility>

#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/text.hpp"
#include "shared/limits.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int tick_ms = 250;
constexpr qint64 stalled_after_ms = 1500;  // a handshake takes one round trip
constexpr qint64 open_timeout_ms = 8000;
constexpr qint64 doubt_after_ms = 3000;  // no answer to that: ask by other means, too
constexpr qint64 dead_after_ms = 4500;  // still nothing: a cable was pulled, TCP would notice in many minutes
constexpr qint64 here_after_ms = 60'000;  // nothing said for so long: the silent make way for others
constexpr qint64 call_timeout_ms = 8000;
// The board's own limit, with room for a snapshot: those are not messages that it takes but that it sends.
constexpr quint64 message_bytes_max = 64 * limits::websocket_message_bytes_max;
constexpr qint64 unread_bytes_max = 256 * 1024;
constexpr int farewell_ms = 2000;  // for the board's half of a polite close

QUrl streamUrl(const QUrl& base) {
    QUrl url = BoardRequests::resolved(base, qt(protocol::paths::stream));
    url.setScheme(base.scheme() == u"https" ? QStringLiteral("wss") : QStringLiteral("ws"));
    return url;
}

/// Qt follows no redirect of a handshake: what is shown goes to this address alone.
QNetworkRequest signedRequest(const QUrl& url, const Credential& credential) {
    QNetworkRequest request(url);
    if (!credential.token.isEmpty()) request.setRawHeader("Authorization", credential.authorization());
    if (!credential.cookieField().isEmpty()) request.setRawHeader("Cookie", credential.cookieField());
    return request;
}

}  // namespace

BoardStream::BoardStream(const QUrl& base, RequestTracker& tracker, QObject* parent)
    : QObject(parent), m_url(streamUrl(base)), m_tracker(&tracker) {
    m_clock.start();
    m_tick.setInterval(tick_ms);
    connect(&m_tick, &QTimer::timeout, this, &BoardStream::onTick);
}

BoardStream::~BoardStream() { close(); }

void BoardStream::setBase(const QUrl& base) {
    close();
    m_credential = {};
    m_url = streamUrl(base);
}

void BoardStream::open() {
    close();
    m_stalled = false;
    m_heard_ms = m_said_ms = m_clock.elapsed();
    m_pinged = m_doubted = false;
    m_tick.start();
    m_socket = new QWebSocket;
    m_socket->setProxy(QNetworkProxy::NoProxy);
    m_socket->setMaxAllowedIncomingMessageSize(message_bytes_max);
    // Qt collects a whole frame before it looks at the message's limit, and of itself takes one of 2 GB.
    m_socket->setMaxAllowedIncomingFrameSize(message_bytes_max);
    listenTo(*m_socket);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({qt(protocol::subprotocol)});
    m_socket->open(signedRequest(m_url, m_credential), options);
    // Qt bounds the fields of the board's answer, not its first line. (Before `open` there is nothing to
    // set.)
    m_socket->setReadBufferSize(2 * message_bytes_max);
}

void BoardStream::listenTo(QWebSocket& socket) {
    connect(&socket, &QWebSocket::connected, this, [this] {
        m_open = true;
        m_heard_ms = m_clock.elapsed();
        Q_EMIT opened();
    });
    connect(&socket, &QWebSocket::disconnected, this,
            [this] { fail(tr("The live connection was closed"), Ended::Closed); });
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(&socket, &QWebSocket::errorOccurred, this,
            [this] { fail(m_socket->errorString(), Ended::Closed); });
#else
    connect(&socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            [this] { fail(m_socket->errorString(), Ended::Closed); });
#endif
    connect(&socket, &QWebSocket::textMessageReceived, this, &BoardStream::onText);
}

void BoardStream::close() {
    drop(m_open);
    endCalls();
}

/// The socket goes later: one of its signals may be what called.
void BoardStream::drop(bool politely) {
    m_tick.stop();
    m_open = false;
    QWebSocket* socket = std::exchange(m_socket, nullptr);
    if (!socket) return;
    socket->disconnect(this);
    if (!politely) {
        // Not from inside the socket's own signal.
        QMetaObject::invokeMethod(
            socket,
            [socket] {
                socket->abort();
                socket->deleteLater();
            },
            Qt::QueuedConnection);
        return;
    }
    connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(farewell_ms, socket, &QObject::deleteLater);
    socket->close(QWebSocketProtocol::CloseCodeGoingAway);
}

/// A call that its owner lets go of ends as cancelled.
void BoardStream::endCalls() { const auto calls = std::exchange(m_calls, {}); }

void BoardStream::call(const Request& request, Answer answer, Waits waits) {
    if (!m_open) return;
    const std::uint64_t id = m_nextId++;
    m_said_ms = m_clock.elapsed();
    m_calls.emplace(id,
                    Call{std::move(answer),
                         m_tracker && waits == Waits::Person ? m_tracker->begin() : RequestTracker::Ticket(),
                         m_clock.elapsed()});
    m_socket->sendTextMessage(qt(protocol::encode(protocol::StreamRequest{.id = id, .call = request})));
}

void BoardStream::onText(const QString& text) {
    m_heard_ms = m_clock.elapsed();
    m_pinged = m_doubted = false;
    if (!m_open) return;  // of 6.8: the body of a refusal, read as a frame
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
    call.answer({reply.outcome});
}

void BoardStream::onTick() {
    const qint64 now = m_clock.elapsed();
    const qint64 silent = now - m_heard_ms;
    if (!m_open) {
        if (silent > open_timeout_ms) {
            fail(tr("The board did not take the live connection in time"), Ended::Closed);
        } else if (silent > stalled_after_ms && !std::exchange(m_stalled, true)) {
            Q_EMIT stalled();
        }
        return;
    }
    if (silent > dead_after_ms) {
        fail(tr("The board has been silent for %1 s").arg(silent / 1000), Ended::Silent);
        return;
    }
    // Each ping is answered by Qt itself, also to a board that does not read.
    if (m_socket->bytesToWrite() > unread_bytes_max) {
        fail(tr("The board does not take what is said to it"), Ended::Closed);
        return;
    }
    for (const auto& [id, call] : m_calls) {
        if (now - call.sent_ms > call_timeout_ms) {
            fail(tr("The board did not answer in time"), Ended::Closed);
            return;
        }
    }
    const bool asks = silent > ping_after_ms && !std::exchange(m_pinged, true);
    if (asks || now - m_said_ms > here_after_ms) call(protocol::Ping{}, {}, Waits::Nobody);
    if (silent > doubt_after_ms && !std::exchange(m_doubted, true)) Q_EMIT doubted();
}

void BoardStream::fail(const QString& reason, Ended ended) {
    if (!m_socket) return;  // an error is followed by disconnected: say it once
    drop(false);
    endCalls();
    Q_EMIT closed(reason, ended);
}

}  // namespace boardwalk::desktop
