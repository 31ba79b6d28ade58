#pragma once

#include <QObject>

#include "desktop/core/board/board_feed.hpp"
#include "desktop/core/board/board_presence.hpp"
#include "desktop/core/board/board_requests.hpp"
#include "desktop/core/board/board_state.hpp"
#include "desktop/core/board/log_model.hpp"
#include "desktop/core/completion.hpp"
#include "desktop/core/sign_in/board_access.hpp"

namespace boardwalk::desktop {

/// What came of setting an output. `problem` is empty when it was set; else what the board said against it,
/// why no answer came, or that it was given up.
struct SetOutcome {
    QString problem;
    bool cancelled = false;
    bool unknown = false;  ///< no answer came: it was set or not, as the board's next word on its state tells

    static SetOutcome makeCancelled();
};

/// One board and the truth about it. Its identity is the board's id; its address may change.
///
/// Three parts do the work: its requests, `BoardPresence` (is it there, and is it the one) and `BoardFeed`
/// (what it tells while it is shown). A board is offline only when no HTTP answer of a board comes, or
/// nothing at all for 5 s. A lost or refused stream says nothing about that. What was known of it stays:
/// values, curves and log are those of `since()`.
class BoardLink : public QObject {
    Q_OBJECT

public:
    using Presence = BoardPresence::Presence;
    using Away = BoardPresence::Away;
    using Feed = BoardFeed::Feed;
    using SetDone = Completion<SetOutcome>;

    BoardLink(const QUrl& url, HttpClient& client, RequestTracker& tracker, QObject* parent = nullptr);
    ~BoardLink() override;

    /// A page shows the board.
    void setWatched(bool watched);
    /// Its row is seen.
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
    /// Accepts only a board with this id; empty accepts any.
    void expect(const QString& id) { m_presence.expect(id); }
    /// The last call: ends all that is under way, and does nothing any more. Views may still hold it.
    void retire();

    [[nodiscard]] const QUrl& url() const { return m_requests.base(); }
    [[nodiscard]] bool watched() const { return m_watched; }
    [[nodiscard]] Presence presence() const { return m_presence.presence(); }
    [[nodiscard]] const QString& reason() const { return m_presence.reason(); }
    [[nodiscard]] Away away() const { return m_presence.away(); }
    [[nodiscard]] const QDateTime& since() const { return m_presence.since(); }
    [[nodiscard]] const std::optional<protocol::Info>& info() const { return m_presence.info(); }
    [[nodiscard]] qint64 infoAge_ms() const { return m_presence.infoAge_ms(); }
    [[nodiscard]] const std::optional<protocol::Info>& other() const { return m_presence.other(); }
    [[nodiscard]] Feed feed() const { return m_feed.feed(); }
    [[nodiscard]] const QString& feedReason() const { return m_feed.reason(); }
    [[nodiscard]] const std::optional<protocol::Diagnostics>& diagnostics() const {
        return m_feed.diagnostics();
    }
    /// `settingsChanged` comes by itself: nothing needs to be asked for it.
    [[nodiscard]] bool tellsSettings() const { return m_feed.tellsSettings(); }
    [[nodiscard]] BoardState& state() { return m_state; }
    [[nodiscard]] LogModel& logs() { return m_logs; }
    [[nodiscard]] BoardRequests& requests() { return m_requests; }
    /// Whose it is, and what we may do.
    [[nodiscard]] BoardAccess& access() { return m_access; }

    /// A value is absolute, so one whose answer was lost on the stream is repeated over HTTP without harm. A
    /// press is not: it is never repeated.
    void setOutput(const std::string& id, const protocol::OutputValue& value, SetDone done);

Q_SIGNALS:
    void presenceChanged();
    void feedChanged();
    void infoChanged();
    void urlChanged();
    /// `access()` says something else.
    void accessChanged();
    void diagnosticsChanged();
    void settingsChanged();
    /// As of BoardPresence.
    void confirmed();
    void missed();

private:
    void connectPresence();
    void connectFeed();
    void connectAccess();
    void updateInterest();
    void updateFeed();
    void putOutput(const std::string& id, const protocol::OutputValue& value, SetDone done);

    BoardRequests m_requests;
    BoardState m_state;
    LogModel m_logs;
    BoardPresence m_presence;
    BoardFeed m_feed;
    BoardAccess m_access;
    bool m_retired = false;
    bool m_watched = false;
    bool m_visible = false;
};

}  // namespace boardwalk::desktop
