#include "tests/desktop/stress/peer.hpp"

#include <sys/socket.h>

#include <memory>
#include <utility>

namespace boardwalk::desktop::test {

Peer::Peer(OnRequest onRequest, const QHostAddress& address) : m_onRequest(std::move(onRequest)) {
    connect(&m_server, &QTcpServer::newConnection, this, &Peer::accept);
    m_server.setListenBacklogSize(
        1024);  // its thread is the test's: no handshake of a test may be lost to that
    if (!m_server.listen(address)) qFatal("no port to listen on");
}

QUrl Peer::url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort())); }

void Peer::accept() {
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        ++m_connections;
        if (onConnection) onConnection(*socket);
        auto read = std::make_shared<QByteArray>();
        auto count = std::make_shared<int>(0);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, read, count] {
            read->append(socket->readAll());
            for (qsizetype end = 0; (end = read->indexOf("\r\n\r\n")) >= 0;) {
                m_lastHead = read->left(end + 4);
                read->remove(0, end + 4);
                ++m_requests;
                m_onRequest(*socket, ++*count);
            }
        });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }
}

void Peer::closeAll() {
    for (QTcpSocket* socket : m_server.findChildren<QTcpSocket*>())
        socket->disconnectFromHost();
}

QByteArray Peer::answer(const QByteArray& body, const QByteArray& status, const QByteArray& fields) {
    return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + QByteArray::number(body.size()) +
           "\r\n\r\n" + body;
}

void Peer::reset(QTcpSocket& socket) {
    const linger now{1, 0};
    setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.abort();
}

}  // namespace boardwalk::desktop::test
