#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>
#include <functional>
#include <unordered_map>

#include "desktop/core/request_tracker.hpp"
#include "shared/requests.hpp"
#include "shared/stream_message.hpp"

namespace boardwalk::desktop {

/// The WebSocket of one board: opens, notices when it has silently died, and matches answers to calls.
/// What a message means is the link's business.
class BoardStream : public QObject {
    Q_OBJECT

public:
    using Request = decltype(protocol::StreamRequest::call);
    using Outcome = decltype(protocol::Reply::outcome);
    /// `outcome` is null when the connection went before the answer came.
    using Answer = std::function<void(const Outcome* outcome)>;

    BoardStream(const QUrl& base, RequestTracker& tracker, QObject* parent = nullptr);
    ~BoardStream() override;

    void open();
    void close();
    [[nodiscard]] bool isOpen() const { return m_open; }
    [[nodiscard]] bool isOpening() const { return m_wanted && !m_open; }

    /// Only while open. `answer` is called once, unless `close()` or the destructor comes first.
    void call(const Request& request, Answer answer);

Q_SIGNALS:
    void opened();
    /// The board took no WebSocket, or the one that was open has gone. Followed by nothing until `open()`.
    void closed(const QString& reason);
    /// Everything but answers to calls.
    void pushed(const protocol::StreamMessage& message);

private:
    struct Call {
        RequestTracker::Ticket ticket;
        Answer answer;
        qint64 sent_ms = 0;
    };

    void onText(const QString& text);
    void onReply(const protocol::Reply& reply);
    void onTick();
    void fail(const QString& reason);

    QUrl m_url;
    RequestTracker& m_tracker;
    QWebSocket m_socket;
    QTimer m_tick;
    QElapsedTimer m_clock;
    qint64 m_heard_ms = 0;
    bool m_open = false;
    bool m_wanted = false;
    std::uint64_t m_nextId = 1;
    std::unordered_map<std::uint64_t, Call> m_calls;
};

}  // namespace boardwalk::desktop
