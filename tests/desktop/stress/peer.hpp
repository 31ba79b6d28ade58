#pragma once

#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <functional>

namespace boardwalk::desktop::test {

/// A small real server whose answers a test chooses. It runs in the test's thread; the engine in its own.
class Peer : public QObject {
    Q_OBJECT

public:
    /// Called with the connection once for each whole request head.
    using OnRequest = std::function<void(QTcpSocket& socket, int requestOfThisConnection)>;

    explicit Peer(OnRequest onRequest, const QHostAddress& address = QHostAddress::LocalHost);

    [[nodiscard]] QUrl url() const;
    [[nodiscard]] int connections() const { return m_connections; }
    [[nodiscard]] int requests() const { return m_requests; }
    [[nodiscard]] const QByteArray& lastHead() const { return m_lastHead; }
    void closeAll();
    std::function<void(QTcpSocket&)> onConnection;

    static QByteArray answer(const QByteArray& body = "{}", const QByteArray& status = "200 OK",
                             const QByteArray& fields = {});
    /// RST instead of FIN.
    static void reset(QTcpSocket& socket);

private:
    void accept();

    QTcpServer m_server;
    OnRequest m_onRequest;
    int m_connections = 0;
    int m_requests = 0;
    QByteArray m_lastHead;
};

}  // namespace boardwalk::desktop::test
