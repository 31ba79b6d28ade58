#pragma once

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocketServer>
#include <memory>

#include "tests/desktop/fake_owner.hpp"

class QWebSocket;

namespace boardwalk::desktop {

/// A board at the network seam, small enough to be made to misbehave: slow, without WebSockets, skipping a
/// delta. What it says are the messages of shared/vectors, with its own values in them.
class FakeBoard : public QObject {
    Q_OBJECT

public:
    explicit FakeBoard(QObject* parent = nullptr);
    ~FakeBoard() override;

    [[nodiscard]] QUrl url() const;
    /// Ends all connections and listens no more; `start` takes the same port again.
    void stop();
    void start();

    std::unique_ptr<FakeOwner> owner;  ///< none: a board of the first release
    int delay_ms = 0;                  ///< before each HTTP answer
    int session_delay_ms = 0;          ///< the same, more, for questions about sign-in
    bool refuse_streams = false;       ///< 503 to each WebSocket, with `refusal` as its problem
    QByteArray refusal;
    bool endless_handshake = false;   ///< answers each with the beginning of a line
    bool keeps_refused_open = false;  ///< does not close after it, as HTTP/1.1 allows
    int stream_requests = 0;
    bool mute = false;         ///< answers no `output.set`
    bool silent = false;       ///< takes connections and what is said, and answers nothing, as one that hangs
    int busy_histories = 0;    ///< so many questions for a series are answered 503
    QByteArray below;          ///< the path at which a proxy has it: all else is not found
    int not_found = 0;         ///< such requests
    int not_board_status = 0;  ///< not 0: answers each question with HTML and this status
    QString id = QStringLiteral("fake-1");
    QString boot = QStringLiteral("boot-1");
    QString log_text = QStringLiteral("started");
    int buffers_max = 10;
    int pings = 0;
    int subscribes = 0;
    int state_requests = 0;
    int settings_requests = 0;
    bool knows_settings = true;  ///< the stream's topic, which the first release has not
    QByteArray last_if_match;
    double temperature = 21.5;
    bool lamp = false;

    /// Changes the temperature and tells it as a delta.
    void change(double value);
    /// The same without a message to the clients: the next delta then builds on values that they do not have.
    void changeSilently(double value);
    void dropStreams();
    /// Below the WebSocket: bytes on the connection of the stream that was opened last.
    [[nodiscard]] QTcpSocket* streamSocket() const { return m_streamSocket; }
    /// Closes them as a board does that has no place any more, or is going.
    void closeStreams(int code, const QString& reason);
    /// Another client renames it: told to those who listen.
    void setName(const QString& name);
    [[nodiscard]] const QString& name() const { return m_name; }

private:
    struct Answer {
        int status = 200;
        QByteArray body;
        QByteArray etag;
        QByteArray fields;
    };

    void onConnection();
    void onHttp(QTcpSocket* socket);
    [[nodiscard]] Answer answer(const QByteArray& verb, const QByteArray& path, const QByteArray& body,
                                const QByteArray& head);
    [[nodiscard]] Answer settings(const QByteArray& verb, const QByteArray& body);
    void onStream(QWebSocket* socket);
    void onMessage(QWebSocket* socket, const QString& text);
    [[nodiscard]] QByteArray info() const;
    [[nodiscard]] QByteArray logs() const;
    [[nodiscard]] QJsonValue state() const;
    void tellAll(const QJsonObject& readings, const QJsonObject& outputs);

    QTcpServer m_http;
    QWebSocketServer m_streams;
    QList<QWebSocket*> m_open;
    QPointer<QTcpSocket> m_streamSocket;
    quint16 m_port = 0;
    int m_seq = 1;
    QString m_name = QStringLiteral("Fake");
    int m_period_ms = 1000;
};

}  // namespace boardwalk::desktop
