#pragma once

#include <QHash>
#include <QJsonObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include "tests/desktop/vectors.hpp"

namespace boardwalk::desktop {

/// Very many boards behind one socket, one for each address of 127.1.0.0/16. Each answers every question with
/// its identity, and leaves a connection open for as long as the client does.
class Fleet : public QObject {
public:
    Fleet() {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection()) {
                most_open = std::max(most_open, ++open);
                connect(socket, &QTcpSocket::disconnected, this, [this] { --open; });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { answer(*socket); });
            }
        });
        if (!m_server.listen(QHostAddress::AnyIPv4)) qFatal("the fleet cannot listen");
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }
    [[nodiscard]] static QString address(int board) {
        return QStringLiteral("127.1.%1.%2").arg(board / 250).arg(board % 250 + 1);
    }
    [[nodiscard]] QUrl url(int board) const {
        return QUrl(QStringLiteral("http://%1:%2/").arg(address(board)).arg(port()));
    }

    int open = 0;
    int most_open = 0;
    QHash<QString, int> asked;  ///< by the board's address, which is its id and name, too

private:
    void answer(QTcpSocket& socket) {
        if (!socket.peek(4096).contains("\r\n\r\n")) return;
        socket.readAll();
        const QString address = socket.localAddress().toString();
        ++asked[address];
        QJsonValue info = patched(m_info, "/id", address);
        info = patched(info, "/name", address);
        const QByteArray body = textOf(patched(info, "/boot_id", address));
        socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                     QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    const QJsonValue m_info = vectorOf("info.json");
    QTcpServer m_server;
};

}  // namespace boardwalk::desktop
