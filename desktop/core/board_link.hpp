#pragma once

#include <QObject>
#include <QTimer>
#include <QUrl>
#include <functional>
#include <optional>

#include "desktop/core/backoff.hpp"
#include "desktop/core/board_http.hpp"
#include "desktop/core/board_state.hpp"
#include "desktop/core/board_stream.hpp"
#include "desktop/core/history_loader.hpp"
#include "desktop/core/log_model.hpp"
#include "shared/diagnostics.hpp"

namespace boardwalk::desktop {

/// One board and the truth about it. While somebody looks at it (`setWatched`), it holds the board's stream;
/// when the board has no WebSocket left it polls. While nobody looks, one small question every few seconds
/// tells whether it is there, so that a list of many boards costs each of them next to nothing.
///
/// A board is offline only when no HTTP answer comes. A lost or refused stream says nothing about that.
class BoardLink : public QObject {
    Q_OBJECT

public:
    enum class Presence { Unknown, Online, Offline };
    enum class Feed { None, Stream, Polling };

    BoardLink(const QUrl& url, RequestTracker& tracker, QObject* parent = nullptr);

    void setWatched(bool watched);
    /// While true, `diagnostics()` is kept fresh.
    void setDiagnosticsWatched(bool watched);

    /// Asks at once, with everything loaded anew: F5, or "Try again".
    void reload();

    [[nodiscard]] const QUrl& url() const { return m_http.base(); }
    [[nodiscard]] Presence presence() const { return m_presence; }
    /// Why it is offline, for people. Empty while it is online.
    [[nodiscard]] const QString& reason() const { return m_reason; }
    [[nodiscard]] Feed feed() const { return m_feed; }
    [[nodiscard]] const std::optional<protocol::Info>& info() const { return m_info; }
    [[nodiscard]] BoardState& state() { return m_state; }
    [[nodiscard]] LogModel& logs() { return m_logs; }
    [[nodiscard]] const std::optional<protocol::Diagnostics>& diagnostics() const { return m_diagnostics; }
    [[nodiscard]] BoardHttp& http() { return m_http; }

    /// `done` gets an empty text, or what the board said against it. Sets are absolute, so one whose answer
    /// was lost is repeated without harm.
    using SetDone = std::function<void(const QString& error)>;
    void setOutput(const std::string& id, const protocol::OutputValue& value, SetDone done);

Q_SIGNALS:
    void presenceChanged();
    void feedChanged();
    void infoChanged();
    void diagnosticsChanged();

private:
    void ask(BoardHttp::Waiting waiting);
    void onInfo(const HttpAnswer& answer);
    void setPresence(Presence presence, const QString& reason = {});
    void setFeed(Feed feed);

    void openStream();
    void subscribe();
    void onPushed(const protocol::StreamMessage& message);
    void onStreamClosed();

    void poll();
    void onSnapshot(const protocol::State& snapshot);
    void loadLogs(BoardHttp::Waiting waiting);
    void loadDiagnostics();
    void putOutput(const std::string& id, const protocol::OutputValue& value, SetDone done);
    void updatePolling();

    BoardHttp m_http;
    BoardStream m_stream;
    BoardState m_state;
    LogModel m_logs;
    HistoryLoader m_history;

    bool m_watched = false;
    bool m_diagnosticsWatched = false;
    bool m_asking = false;
    bool m_polling = false;
    bool m_awaitingSnapshot = false;
    Presence m_presence = Presence::Unknown;
    QString m_reason;
    Feed m_feed = Feed::None;
    std::optional<protocol::Info> m_info;
    std::optional<protocol::Diagnostics> m_diagnostics;

    Backoff m_away;           ///< between questions while it is offline
    Backoff m_streamBackoff;  ///< between attempts to open the stream while it is online
    QTimer m_askTimer, m_streamTimer, m_pollTimer, m_snapshotTimer;
    QElapsedTimer m_diagnosticsAge;
};

}  // namespace boardwalk::desktop
