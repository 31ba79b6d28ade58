#pragma once

#include <QDateTime>
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

/// One board and the truth about it. Its identity is the board's id; its address may change.
///
/// While somebody looks at it (`setWatched`), it holds the board's stream; when the board has no WebSocket
/// left it polls. While only its row is seen (`setVisible`), one small question every few seconds tells
/// whether it is there; while that is hidden, one every half minute to a minute: a list of many boards costs
/// each of them next to nothing.
///
/// A board is offline only when no HTTP answer of a board comes. A lost or refused stream says nothing about
/// that. What was known of it stays: values, curves and log are those of `since()`.
class BoardLink : public QObject {
    Q_OBJECT

public:
    enum class Presence { Unknown, Online, Offline };
    enum class Feed { None, Stream, Polling };
    /// What is at the address of a board that is offline.
    enum class Away {
        Unreachable,   ///< nothing that answers
        NotABoard,     ///< something that answers, but not as a board does
        AnotherBoard,  ///< a board with another id than expected
        Refused,       ///< a board that does not take our questions, and says why
    };

    BoardLink(const QUrl& url, HttpClient& client, RequestTracker& tracker, QObject* parent = nullptr);
    ~BoardLink() override;

    void setWatched(bool watched);
    void setVisible(bool visible);
    /// While true, `diagnostics()` is kept fresh.
    void setDiagnosticsWatched(bool watched);

    /// Asks at once whether it is there; what is under way goes on.
    void refresh();
    /// The same with everything loaded anew and the stream opened anew: F5, or "Try again". Calls that are
    /// under way end as cancelled.
    void reload();
    /// Another address of the same board. Asked at once, unless `quietly`: then at its next turn.
    void setUrl(const QUrl& url, bool quietly = false);
    /// Only a board with this id is the one; empty: any.
    void expect(const QString& id);
    /// The last call: ends all that is under way, and does nothing any more. Views may still hold it.
    void retire();

    [[nodiscard]] const QUrl& url() const { return m_http.base(); }
    [[nodiscard]] Presence presence() const { return m_presence; }
    [[nodiscard]] bool watched() const { return m_watched; }
    /// Why it is offline, for people. Empty while it is online.
    [[nodiscard]] const QString& reason() const { return m_reason; }
    [[nodiscard]] Away away() const { return m_away; }
    /// When it was last heard of, while it is offline; not valid when it never was.
    [[nodiscard]] const QDateTime& since() const { return m_since; }
    [[nodiscard]] Feed feed() const { return m_feed; }
    /// Why there is no stream, for people, where the board said so.
    [[nodiscard]] const QString& feedReason() const { return m_feedReason; }
    [[nodiscard]] const std::optional<protocol::Info>& info() const { return m_info; }
    /// How old `info()` is.
    [[nodiscard]] qint64 infoAge_ms() const { return m_infoAge.isValid() ? m_infoAge.elapsed() : -1; }
    /// Who answers at the address of a board that is away with `Away::AnotherBoard`.
    [[nodiscard]] const std::optional<protocol::Info>& other() const { return m_other; }
    [[nodiscard]] BoardState& state() { return m_state; }
    [[nodiscard]] LogModel& logs() { return m_logs; }
    [[nodiscard]] const std::optional<protocol::Diagnostics>& diagnostics() const { return m_diagnostics; }
    [[nodiscard]] BoardHttp& http() { return m_http; }

    /// `done` is called once, with an empty text, or with what the board said against it, or with why no
    /// answer came. Sets are absolute, so one whose answer was lost is repeated without harm.
    using SetDone = std::function<void(const QString& error)>;
    void setOutput(const std::string& id, const protocol::OutputValue& value, SetDone done);

Q_SIGNALS:
    void presenceChanged();
    void feedChanged();
    void infoChanged();
    void urlChanged();
    void diagnosticsChanged();
    /// A question whether it is there was answered by the board itself, whatever was known before.
    void confirmed();
    /// Such a question was not, again.
    void missed();

private:
    void ask(BoardHttp::Waiting waiting);
    void askLater();
    void onInfo(const HttpAnswer& answer);
    void onBoard(const protocol::Info& info);
    void onHeard();
    void goAway(Away away, const QString& reason);
    void onUnanswered(const QString& reason);
    void setPresence(Presence presence, const QString& reason = {});
    void setFeed(Feed feed, const QString& reason = {});
    void updateInterest();

    void openStream();
    void subscribe();
    void onStreamOpened();
    void onPushed(const protocol::StreamMessage& message);
    void onStreamClosed(const QString& reason, BoardStream::Ended ended);
    void explainStream();
    void onStreamExplained(const HttpAnswer& answer);

    void poll();
    void onSnapshot(const protocol::State& snapshot);
    void loadLogs(BoardHttp::Waiting waiting);
    void onLogs(const HttpAnswer& answer);
    void loadDiagnostics();
    void showDiagnostics(const protocol::Diagnostics& diagnostics);
    void putOutput(const std::string& id, const protocol::OutputValue& value, SetDone done);
    void updatePolling();

    BoardHttp m_http;
    BoardStream m_stream;
    BoardState m_state;
    LogModel m_logs;
    HistoryLoader m_history;

    bool m_retired = false;
    bool m_watched = false;
    bool m_visible = false;
    bool m_diagnosticsWatched = false;
    bool m_asking = false;
    bool m_polling = false;
    bool m_loadingLogs = false;
    int m_logsGeneration = 0;
    bool m_explaining = false;
    bool m_awaitingSnapshot = false;
    QString m_expectedId;
    Presence m_presence = Presence::Unknown;
    Away m_away = Away::Unreachable;
    QString m_reason;
    QDateTime m_lastHeard, m_since;
    Feed m_feed = Feed::None;
    QString m_feedReason;
    std::optional<protocol::Info> m_info, m_other;
    std::optional<protocol::Diagnostics> m_diagnostics;

    Backoff m_awayBackoff;    ///< between questions while it is offline
    Backoff m_streamBackoff;  ///< between attempts to open the stream while it is online
    QTimer m_askTimer, m_streamTimer, m_pollTimer, m_snapshotTimer, m_resyncTimer;
    QElapsedTimer m_heardAge;  ///< since the last answer over HTTP
    QElapsedTimer m_infoAge, m_askedAge, m_diagnosticsAge;
};

}  // namespace boardwalk::desktop
