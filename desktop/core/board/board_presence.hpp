#pragma once

#include <QDateTime>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <optional>

#include "desktop/core/backoff.hpp"
#include "desktop/core/board/board_requests.hpp"
#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// Whether a board is there, and whether it is the one that is meant: asked again and again with a small
/// question, `GET /api/v1/info`. A shown board that is away is asked every half second, a row that is seen
/// every 5 s (then up to 15 s), a hidden one every 30 to 60 s: a list of many boards costs each of them next
/// to nothing.
class BoardPresence : public QObject {
    Q_OBJECT

public:
    enum class Presence { Unknown, Online, Offline };
    /// What is at the address of a board that is offline.
    enum class Away {
        Unreachable,   ///< nothing that answers
        NotABoard,     ///< something that answers, but not as a board does
        AnotherBoard,  ///< a board with another id than expected
        Refused,       ///< a board that does not take our questions, and says why
    };
    using Waiting = BoardRequests::Waiting;
    using Interest = BoardRequests::Interest;

    explicit BoardPresence(BoardRequests& requests, QObject* parent = nullptr);

    /// Asks at once, unless a question is under way.
    void ask(Waiting waiting);
    /// Asks when its turn comes.
    void askLater();
    /// Asks at once, and after that soon again if there is no answer.
    void refresh(Waiting waiting);
    void setInterest(Interest interest);
    /// Accepts only a board with this id; empty accepts any.
    void expect(const QString& id) { m_expectedId = id; }
    /// Asks no more.
    void retire();

    /// The board said something, by other means than a question of ours.
    void heard();
    /// While its stream is open, a question without an answer says less: a board under load may have no
    /// place for it.
    void setLive(bool live) { m_live = live; }
    /// Another question got no answer. After a while without any the board is away; else it is asked.
    void unanswered(const QString& reason);
    /// Its stream went silent: it is away if nothing was heard for `for_ms` by other means either.
    void silent(const QString& reason, qint64 for_ms);

    [[nodiscard]] Presence presence() const { return m_presence; }
    [[nodiscard]] Away away() const { return m_away; }
    /// Why it is offline, for people. Empty while it is online.
    [[nodiscard]] const QString& reason() const { return m_reason; }
    /// When it was last heard of, while it is offline; not valid when it never was.
    [[nodiscard]] const QDateTime& since() const { return m_since; }
    [[nodiscard]] const std::optional<protocol::Info>& info() const { return m_info; }
    /// How old `info()` is; -1 when there is none.
    [[nodiscard]] qint64 infoAge_ms() const { return m_infoAge.isValid() ? m_infoAge.elapsed() : -1; }
    /// The board that answers at the address, while this one is away with `Away::AnotherBoard`.
    [[nodiscard]] const std::optional<protocol::Info>& other() const { return m_other; }

Q_SIGNALS:
    /// Before `changed`, and each time again that it is found away.
    void wentAway();
    void changed();
    /// The board said who it is, before anything else is said of that.
    void identified(const boardwalk::protocol::Info& info);
    void infoChanged();
    /// A question was answered by the board itself, whatever was known before.
    void confirmed();
    /// A question was not, again.
    void missed();

private:
    void onAnswer(const HttpAnswer& answer);
    void onBoard(const protocol::Info& told);
    void goAway(Away away, const QString& reason);
    void set(Presence presence, const QString& reason = {});

    BoardRequests& m_requests;
    Interest m_interest = Interest::Hidden;
    bool m_asking = false;
    bool m_retired = false;
    bool m_live = false;
    QString m_expectedId;
    Presence m_presence = Presence::Unknown;
    Away m_away = Away::Unreachable;
    QString m_reason;
    QDateTime m_lastHeard, m_since;
    std::optional<protocol::Info> m_info, m_other;
    Backoff m_backoff;  ///< between questions while it is offline
    QTimer m_timer;
    QElapsedTimer m_infoAge, m_askedAge, m_heardAge;
};

}  // namespace boardwalk::desktop
