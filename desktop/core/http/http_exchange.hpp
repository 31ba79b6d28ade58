#pragma once

#include <QHostAddress>
#include <QTcpSocket>
#include <functional>
#include <memory>

#include "desktop/core/http/http_call.hpp"
#include "desktop/core/http/response_reader.hpp"

namespace boardwalk::desktop {

class Resolver;

/// A socket is freed after this turn of the loop: one of its signals may be what called.
struct LaterDelete {
    void operator()(QObject* object) const {
        object->disconnect();
        object->deleteLater();
    }
};
using Socket = std::unique_ptr<QTcpSocket, LaterDelete>;

/// One call on one connection, from looking its host up to the last byte of the answer.
class HttpExchange : public QObject {
    Q_OBJECT

public:
    /// `socket` is null when the connection cannot carry another request.
    using Ended = std::function<void(const HttpAnswer& answer, Socket socket)>;

    HttpExchange(const HttpCall& call, Resolver& resolver, Ended ended);
    ~HttpExchange() override;

    /// On a connection that an earlier call left open, or (null) on a new one.
    void start(Socket socket);
    /// Ends it without an answer. `ended` is called from within.
    void fail(const QString& why);
    /// Ends it without a word; nothing is called any more.
    void drop();
    [[nodiscard]] const HttpCall& call() const { return m_call; }

private:
    void look();
    void connectNext();
    void send();
    void onReadyRead();
    void onError(QAbstractSocket::SocketError error);
    void settle(bool clean);
    void end(const HttpAnswer& answer, bool reusable);
    void listenTo(QTcpSocket& socket);
    [[nodiscard]] QByteArray requestBytes() const;
    [[nodiscard]] QString reason(QAbstractSocket::SocketError error) const;

    HttpCall m_call;
    Resolver& m_resolver;
    Ended m_ended;
    Socket m_socket;
    QList<QHostAddress> m_addresses;  ///< those not tried yet
    QAbstractSocket::SocketError m_lastError = QAbstractSocket::UnknownSocketError;
    bool m_reused = false;
    bool m_connected = false;
    ResponseReader m_reader;
};

}  // namespace boardwalk::desktop
