#pragma once

#include <QHostAddress>
#include <QList>
#include <QTcpSocket>
#include <functional>
#include <memory>
#include <optional>

#include "desktop/core/http/response_reader.hpp"
#include "desktop/core/stress/engine/socket_probe.hpp"
#include "desktop/core/stress/engine/stress_task.hpp"
#include "desktop/core/stress/stress_options.hpp"
#include "desktop/core/stress/stress_tally.hpp"

namespace boardwalk::desktop {

/// Where all connections of a test go. A name may have several addresses (`localhost` is ::1 and 127.0.0.1);
/// the first one that takes a connection is kept.
struct StressTarget {
    QList<QHostAddress> addresses;
    qsizetype address = 0;
    bool reached = false;
    quint16 port = 80;
    StressTask task;  ///< what is asked when nothing else is said
    qint64 connectTimeoutNs = 0;
    qint64 requestTimeoutNs = 0;
};

/// One connection, and the request that it carries: opened, used, found closed by the board, opened again.
///
///     Closed → Connecting → Idle ⇄ Asking     Closed and Pausing may hold a request that waits for a socket
///        ↑_________|__________|_______|
class StressConnection : public QObject {
    Q_OBJECT

public:
    /// `settled` is called when its request has been answered or given up; it may call ask() at once.
    /// `tally` and `target` outlive this.
    StressConnection(StressTally& tally, StressTarget& target,
                     std::function<void(StressConnection&)> settled);
    ~StressConnection() override;

    /// Opens it without asking anything.
    void open();
    /// Sends one request, on a fresh connection when there is none. Timed from `dueNs`, or from when it is
    /// first sent when that is not given.
    void ask(std::optional<qint64> dueNs = std::nullopt) { ask(m_target.task, dueNs); }
    /// The same with another request; `task` outlives it.
    void ask(const StressTask& task, std::optional<qint64> dueNs = std::nullopt);
    /// Acts on what was not done in time. To be called often.
    void check(qint64 nowNs);
    /// Gives the request up, as timed out.
    void giveUp();
    /// Closes it. A request that it carries is forgotten, as if it had never been begun.
    void close();
    /// Closes it between two requests, as a client does that goes and comes again.
    void leave() { drop(); }

    [[nodiscard]] bool busy() const { return m_request.has_value(); }
    [[nodiscard]] bool ready() const { return m_phase == Phase::Idle; }
    [[nodiscard]] ConnectionState state() const { return m_state; }
    /// Whether it was ever open.
    [[nodiscard]] bool opened() const { return m_opened; }
    /// Of the last answer: its status, 0 when there was none, and its body when that was to be kept.
    [[nodiscard]] int lastStatus() const { return m_lastStatus; }
    [[nodiscard]] const QByteArray& lastBody() const { return m_lastBody; }

private:
    enum class Phase { Closed, Connecting, Idle, Asking, Pausing };
    enum class Trouble { Reset, Refused, ConnectTimeout, Timeout, EarlyClose, Recycled, Cut };

    struct Request {
        const StressTask* task = nullptr;
        qint64 startNs = -1;  ///< -1: not sent yet
        bool retried = false;
    };

    void onConnected();
    void onReadyRead();
    void read();
    void readFrames(const QByteArray& bytes);
    void beginStream(const QByteArray& rest);
    void goOnSlowly(qint64 nowNs);
    void narrow();
    void onError(QAbstractSocket::SocketError error);
    void onConnectFailed(QAbstractSocket::SocketError error);
    void onClosed();
    void send();
    void readUnasked(const QByteArray& bytes);
    void takeAnswer(bool clean);
    void trouble(Trouble what);
    void retry(qint64 pauseNs);
    void pause(qint64 ns);
    void settle();
    void drop();

    StressTally& m_tally;
    StressTarget& m_target;
    std::function<void(StressConnection&)> m_settled;
    QTcpSocket* m_socket = nullptr;
    SocketProbe m_probe;
    Phase m_phase = Phase::Closed;
    ConnectionState m_state = ConnectionState::Waiting;
    bool m_opened = false;
    bool m_reused = false;    ///< the request went out on a socket that had been idle
    qsizetype m_address = 0;  ///< the one being tried
    qint64 m_sinceNs = 0;     ///< when the phase began; while Pausing, when it ends
    std::optional<Request> m_request;
    ResponseReader m_reader;
    bool m_streaming = false;  ///< it is a WebSocket
    qint64 m_moved = 0;        ///< bytes of a slow request that were sent or read
    int m_lastStatus = 0;
    QByteArray m_lastBody;
};

}  // namespace boardwalk::desktop
