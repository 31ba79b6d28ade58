#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <optional>

#include "desktop/core/backoff.hpp"
#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/board/board_state.hpp"
#include "desktop/core/board/board_stream.hpp"
#include "desktop/core/board/history_loader.hpp"
#include "desktop/core/board/log_model.hpp"
#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// What a shown board tells: its state, its log, and its diagnostics while a page shows them. All of it comes
/// over the board's stream; while the board has no WebSocket for us, it is fetched once a second.
class BoardFeed : public QObject {
    Q_OBJECT

public:
    enum class Feed { None, Stream, Polling };

    BoardFeed(BoardRequests& requests, RequestTracker& tracker, BoardState& state, LogModel& logs);

    /// Whether anything is to be told: the board is shown, and it is there.
    void setWanted(bool wanted);
    /// Requests and stream show another credential from now on: a stream is opened anew.
    void setCredential(const Credential& credential);
    /// Viewers may not: then nothing is asked for it.
    void setReadsLog(bool reads);
    /// While true, `diagnostics()` is kept fresh.
    void setDiagnosticsWatched(bool watched);
    /// Ends what there is; all is loaded anew when it is next wanted.
    void restart();
    /// Another address of the same board; the same.
    void setBase(const QUrl& base);
    /// Does nothing any more.
    void retire();

    [[nodiscard]] Feed feed() const { return m_feed; }
    /// Why there is no stream, for people, where the board said so.
    [[nodiscard]] const QString& reason() const { return m_reason; }
    [[nodiscard]] const std::optional<protocol::Diagnostics>& diagnostics() const { return m_diagnostics; }
    /// The stream is open and tells of changed settings: no question for them is needed.
    [[nodiscard]] bool tellsSettings() const { return m_feed == Feed::Stream && m_knowsSettings; }
    /// For calls over the stream, while it is open.
    [[nodiscard]] BoardStream& stream() { return m_stream; }

Q_SIGNALS:
    void changed();
    void diagnosticsChanged();
    /// The board's settings may be others than before.
    void settingsChanged();
    /// The board told something, or took the stream.
    void heard();
    /// A fetch got no answer.
    void unanswered(const QString& reason);
    /// The stream went silent, and was given up: nothing was heard for `for_ms` since the board was asked.
    void silent(const QString& reason, qint64 for_ms);
    /// The board began anew.
    void restarted();

private:
    void set(Feed feed, const QString& reason = {});
    void updatePolling();
    void open();
    void subscribe();
    void onOpened();
    void onPushed(const protocol::StreamMessage& message);
    void onClosed(const QString& reason, BoardStream::Ended ended);
    void pollInstead(const QString& reason);
    void explain();
    void onExplained(const HttpAnswer& answer);
    void poll();
    void onSnapshot(const protocol::State& snapshot);
    void loadLogs(BoardRequests::Waiting waiting);
    void onLogs(const HttpAnswer& answer);
    void loadDiagnostics();
    void show(const protocol::Diagnostics& diagnostics);

    BoardRequests& m_requests;
    BoardState& m_state;
    LogModel& m_logs;
    BoardStream m_stream;
    HistoryLoader m_history;
    Feed m_feed = Feed::None;
    QString m_reason;
    bool m_wanted = false;
    bool m_diagnosticsWatched = false;
    bool m_readsLog = true;
    bool m_knowsSettings = true;  ///< the topic: boards of the first release do not
    bool m_polling = false;
    bool m_loadingLogs = false;
    int m_logsGeneration = 0;
    bool m_explaining = false;
    bool m_awaitingSnapshot = false;
    std::optional<protocol::Diagnostics> m_diagnostics;
    Backoff m_backoff;  ///< between attempts to open the stream
    QTimer m_openTimer, m_pollTimer, m_snapshotTimer, m_resyncTimer;
    QElapsedTimer m_diagnosticsAge;
};

}  // namespace boardwalk::desktop
