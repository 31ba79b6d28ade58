#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QUrl>
#include <optional>
#include <unordered_map>

#include "desktop/core/completion.hpp"
#include "desktop/core/request_tracker.hpp"
#include "desktop/core/sign_in/credential.hpp"
#include "shared/messages.hpp"
#include "shared/requests.hpp"

class QWebSocket;

namespace boardwalk::desktop {

/// What came of a call over the stream: the board's word, or none when the connection went before.
struct StreamAnswer {
    std::optional<decltype(protocol::Reply::outcome)> outcome;

    static StreamAnswer makeCancelled() { return {}; }
    [[nodiscard]] bool isCancelled() const { return !outcome; }
};

/// The WebSocket of one board: opens, notices when it has silently died (within 5 s), and matches answers to
/// calls.
/// What a message means is the link's business, and so is why a board takes no WebSocket: QWebSocket does not
/// hand on the answer to a refused handshake (of 6.4 it waits on, of 6.8 it reads it as a frame), and reports
/// the close codes 1012 to 1014 as 1002. `BoardRequests::askForStream` tells.
class BoardStream : public QObject {
    Q_OBJECT

public:
    using Request = decltype(protocol::StreamRequest::call);
    using Answer = Completion<StreamAnswer>;
    /// How it ended: the connection did, or nothing came over it any more.
    enum class Ended { Closed, Silent };
    static constexpr qint64 ping_after_ms = 2000;  ///< nothing heard for so long: the board is asked

    BoardStream(const QUrl& base, RequestTracker& tracker, QObject* parent = nullptr);
    ~BoardStream() override;

    /// A new attempt, on a socket of its own.
    void open();
    /// Calls without an answer end from within, as cancelled. `closed` is not emitted.
    void close();
    /// Another address of the same board; closes what is open, and drops the credential.
    void setBase(const QUrl& base);
    /// What the next handshake shows the board.
    void setCredential(const Credential& credential) { m_credential = credential; }
    [[nodiscard]] bool isOpen() const { return m_open; }
    [[nodiscard]] bool isOpening() const { return m_socket && !m_open; }
    /// For how long nothing came.
    [[nodiscard]] qint64 silent_ms() const { return m_clock.elapsed() - m_heard_ms; }

    /// Whether the busy bar counts it.
    enum class Waits { Person, Nobody };
    /// What is called while it is not open ends as cancelled, at once.
    void call(const Request& request, Answer answer, Waits waits = Waits::Person);

Q_SIGNALS:
    void opened();
    /// The handshake has had no answer for a while: time to ask by other means. `open` or `closed` follows.
    void stalled();
    /// The board took no WebSocket, or the one that was open has gone. Followed by nothing until `open()`.
    void closed(const QString& reason, Ended ended);
    /// A silent board was asked, and has not answered yet. `closed` as Silent follows, unless it does.
    void doubted();
    /// Everything but answers to calls.
    void pushed(const protocol::StreamMessage& message);

private:
    struct Call {
        Answer answer;
        RequestTracker::Ticket ticket;  // goes first: nothing is pending any more when the answer is told
        qint64 sent_ms = 0;
    };

    void listenTo(QWebSocket& socket);
    void onText(const QString& text);
    void onReply(const protocol::Reply& reply);
    void onTick();
    void fail(const QString& reason, Ended ended);
    void drop(bool politely);
    void endCalls();

    QUrl m_url;
    Credential m_credential;
    QPointer<RequestTracker> m_tracker;
    QWebSocket* m_socket = nullptr;  ///< while opening or open
    QTimer m_tick;
    QElapsedTimer m_clock;
    qint64 m_heard_ms = 0;
    qint64 m_said_ms = 0;
    bool m_pinged = false;   ///< in this silence
    bool m_doubted = false;  ///< the same
    bool m_open = false;
    bool m_stalled = false;
    std::uint64_t m_nextId = 1;
    std::unordered_map<std::uint64_t, Call> m_calls;
};

}  // namespace boardwalk::desktop
