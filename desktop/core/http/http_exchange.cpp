#include "desktop/core/http/http_exchange.hpp"

#include <QNetworkProxy>
#include <QRandomGenerator>
#include <QSslSocket>
#include <array>
#include <utility>

#include "desktop/core/http/resolver.hpp"

namespace boardwalk::desktop {

namespace {

constexpr qint64 read_ahead_bytes = 64 * 1024;  // the rest stays in the network until it is looked at

bool isTls(const QUrl& url) { return url.scheme() == u"https"; }

/// RFC 9110 §7.2: brackets around IPv6, no port where it is the scheme's. A scope is ours, not the board's
/// (RFC 6874 §4).
QByteArray hostField(const QUrl& url) {
    const QString host = url.host(QUrl::FullyEncoded).section(u'%', 0, 0);
    const QByteArray name = host.contains(u':') ? '[' + host.toLatin1() + ']' : host.toLatin1();
    return url.port() < 0 ? name : name + ':' + QByteArray::number(url.port());
}

QByteArray key() {
    std::array<quint32, 4> bytes{};
    QRandomGenerator::global()->fillRange(bytes.data(), bytes.size());
    return QByteArray(reinterpret_cast<const char*>(bytes.data()), sizeof bytes).toBase64();
}

}  // namespace

HttpExchange::HttpExchange(const HttpCall& call, Resolver& resolver, Ended ended)
    : m_call(call), m_resolver(resolver), m_ended(std::move(ended)) {}

HttpExchange::~HttpExchange() {
    if (m_socket) m_socket->abort();
}

void HttpExchange::start(Socket socket) {
    m_reader = ResponseReader();
    m_reader.keepBody(m_call.bytes_max);
    if (!socket) return look();
    m_reused = m_connected = true;
    m_socket = std::move(socket);
    listenTo(*m_socket);
    send();
}

void HttpExchange::look() {
    m_resolver.resolve(m_call.url.host(), m_call.urgency == Urgency::Person, this,
                       [this](const QList<QHostAddress>& addresses) {
                           if (!m_ended) return;  // dropped meanwhile
                           m_addresses = addresses;
                           m_lastError = QAbstractSocket::HostNotFoundError;
                           connectNext();
                       });
}

void HttpExchange::connectNext() {
    if (m_addresses.isEmpty()) return fail(reason(m_lastError));
    const QHostAddress address = m_addresses.takeFirst();
    m_socket.reset(isTls(m_call.url) ? new QSslSocket : new QTcpSocket);
    m_socket->setProxy(QNetworkProxy::NoProxy);  // boards live on the local network, where none can reach
    m_socket->setReadBufferSize(read_ahead_bytes);
    listenTo(*m_socket);
    const auto port = quint16(m_call.url.port(isTls(m_call.url) ? 443 : 80));
    if (auto* tls = qobject_cast<QSslSocket*>(m_socket.get())) {
        connect(tls, &QSslSocket::encrypted, this, &HttpExchange::send);
        tls->connectToHostEncrypted(address.toString(), port, m_call.url.host());
    } else {
        connect(m_socket.get(), &QTcpSocket::connected, this, &HttpExchange::send);
        m_socket->connectToHost(address, port);
    }
}

void HttpExchange::listenTo(QTcpSocket& socket) {
    connect(&socket, &QTcpSocket::readyRead, this, &HttpExchange::onReadyRead);
    connect(&socket, &QTcpSocket::errorOccurred, this, &HttpExchange::onError);
}

void HttpExchange::send() {
    m_connected = true;
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket->write(requestBytes());
}

QByteArray HttpExchange::requestBytes() const {
    const QByteArray path = m_call.url.path(QUrl::FullyEncoded).toLatin1();
    QByteArray bytes = m_call.verb + ' ' + (path.isEmpty() ? QByteArray("/") : path);
    if (m_call.url.hasQuery()) bytes += '?' + m_call.url.query(QUrl::FullyEncoded).toLatin1();
    bytes += " HTTP/1.1\r\nHost: " + hostField(m_call.url) +
             "\r\nUser-Agent: boardwalk/" BOARDWALK_VERSION
             "\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n";
    if (m_call.asks_for_stream) {
        bytes +=
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
            key() + "\r\n";
    } else if (!m_call.keeps_connection) {
        bytes += "Connection: close\r\n";
    }
    if (!m_call.authorization.isEmpty()) bytes += "Authorization: " + m_call.authorization + "\r\n";
    if (!m_call.cookie.isEmpty()) bytes += "Cookie: " + m_call.cookie + "\r\n";
    if (!m_call.if_match.isEmpty()) bytes += "If-Match: " + m_call.if_match + "\r\n";
    if (!m_call.media_type.isEmpty()) bytes += "Content-Type: " + m_call.media_type + "\r\n";
    if (!m_call.media_type.isEmpty() || !m_call.body.isEmpty())
        bytes += "Content-Length: " + QByteArray::number(m_call.body.size()) + "\r\n";
    return bytes + "\r\n" + m_call.body;
}

void HttpExchange::onReadyRead() {
    while (m_socket && m_connected && m_socket->bytesAvailable() > 0) {
        const QByteArray bytes = m_socket->read(read_ahead_bytes);
        const qsizetype taken = m_reader.feed(bytes);
        // Bytes past the answer belong to no request: such a connection carries no other (RFC 9112 §9.2).
        if (m_reader.state() != ResponseReader::State::More)
            return settle(taken == bytes.size() && m_socket->bytesAvailable() == 0);
    }
}

void HttpExchange::settle(bool clean) {
    HttpAnswer answer;
    if (m_reader.state() == ResponseReader::State::Bad) {
        if (m_reader.status() == 101 && m_call.asks_for_stream) {
            answer.status = 101;
            return end(answer, false);
        }
        return fail(m_reader.tooLong() ? tr("The answer is longer than %1 KB").arg(m_call.bytes_max / 1024)
                                       : tr("What answers does not speak HTTP"));
    }
    answer.status = m_reader.status();
    answer.body = m_reader.body();
    answer.etag = m_reader.etag();
    answer.media_type = m_reader.mediaType();
    answer.session_cookie = m_reader.sessionCookie();
    answer.retry_after_s = m_reader.retryAfterS();
    end(answer, clean && m_call.keeps_connection && m_reader.keepAlive());
}

void HttpExchange::onError(QAbstractSocket::SocketError error) {
    if (!m_connected) {
        m_lastError = error;
        return connectNext();
    }
    onReadyRead();  // the last bytes may complete the answer
    if (!m_socket) return;
    m_reader.feedEnd();
    if (m_reader.state() == ResponseReader::State::Complete) return settle(false);
    // The board closed an idle connection while the call was on its way, which neither side could avoid (RFC
    // 9112 §9.3.1). Only calls that may be repeated use such a connection.
    if (m_reused && !m_reader.begun()) {
        m_reused = m_connected = false;
        return look();
    }
    fail(reason(error));
}

void HttpExchange::fail(const QString& why) {
    HttpAnswer answer;
    answer.failure = why;
    end(answer, false);
}

void HttpExchange::drop() {
    m_ended = {};
    end({}, false);
}

void HttpExchange::end(const HttpAnswer& answer, bool reusable) {
    Socket socket = std::move(m_socket);
    if (socket) socket->disconnect(this);
    if (socket && !reusable) {
        socket->abort();
        socket.reset();
    }
    if (const Ended ended = std::exchange(m_ended, {})) ended(answer, std::move(socket));
}

QString HttpExchange::reason(QAbstractSocket::SocketError error) const {
    switch (error) {
        case QAbstractSocket::ConnectionRefusedError:
            return tr("Nothing answers at this address: the connection was refused");
        case QAbstractSocket::HostNotFoundError:
            return tr("The name %1 is not known on this network").arg(m_call.url.host());
        case QAbstractSocket::RemoteHostClosedError:
            return tr("The board closed the connection before it answered");
        case QAbstractSocket::SocketTimeoutError: return tr("No connection in time");
        default: return m_socket ? m_socket->errorString() : tr("The network failed");
    }
}

}  // namespace boardwalk::desktop
