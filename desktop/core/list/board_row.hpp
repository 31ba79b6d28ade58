#pragma once

#include <memory>
#include <vector>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/list/board_store.hpp"

namespace boardwalk::desktop {

/// One row of the list: a board, with why it is there and where it may be found.
struct BoardRow {
    SavedBoard known;         ///< the address that it is known by first of all
    QList<SavedBoard> saved;  ///< its entries in the store: one, none, or more where it has more addresses
    bool asked = false;       ///< for this run, by a command line
    bool announced = false;
    bool held = false;  ///< on show, or something is done to it
    QUrl announcedUrl;
    QList<QUrl> otherUrls;  ///< by which it was found to be the same board
    QString twin;           ///< the address of another board with the same id
    QString activity;       ///< what the app does to it
    std::shared_ptr<BoardLink> link;

    [[nodiscard]] bool isOnline() const { return link->presence() == BoardLink::Presence::Online; }
    [[nodiscard]] bool isOffline() const { return link->presence() == BoardLink::Presence::Offline; }
    /// Another board answers at its address.
    [[nodiscard]] bool isTaken() const {
        return isOffline() && link->away() == BoardLink::Away::AnotherBoard;
    }
    /// Whether somebody owns it, as it told last; nothing of a board of the first release, or of one that
    /// told nothing.
    [[nodiscard]] std::optional<bool> claimed() const;
    [[nodiscard]] bool isKnownAt(const QUrl& url) const;
    /// It answers at another address than a remembered one.
    [[nodiscard]] bool isMoved() const;
    /// It has left, and neither a person nor an announcement asks for it.
    [[nodiscard]] bool mayGo() const;
    /// Of two rows of one board the one goes with which less is lost: a test that runs, the page on show, a
    /// page that is kept.
    [[nodiscard]] int standing() const {
        return (activity.isEmpty() ? 0 : 4) + (link->watched() ? 2 : 0) + (held ? 1 : 0);
    }

    /// The address after this one, of those that it may have; the same when there is no other.
    [[nodiscard]] QUrl nextUrl() const;
    /// Bounded: the oldest give way.
    void addOtherUrl(const QUrl& url);
    /// The other row is the same board: all that it is known by counts here.
    void absorb(const BoardRow& other);
    /// One of its entries is this one.
    [[nodiscard]] bool holds(const SavedBoard& entry) const;
    /// What stands in the file now: entries that are gone are forgotten. Returns whether some were.
    bool forgetUnless(const QList<SavedBoard>& stored);

    [[nodiscard]] QString text() const;
    [[nodiscard]] QString address() const;
    /// What a person should know of it, or empty.
    [[nodiscard]] QString note() const;
    [[nodiscard]] QString toolTip() const;
    [[nodiscard]] QString accessibleText() const;
};

using BoardRows = std::vector<BoardRow>;

/// -1 when there is none.
[[nodiscard]] int rowOf(const BoardRows& rows, const QUrl& url);
[[nodiscard]] int rowOf(const BoardRows& rows, const BoardLink* link);
[[nodiscard]] int rowOfId(const BoardRows& rows, const QString& id);
/// Rows that neither a person nor a command line asked for.
[[nodiscard]] int countUnasked(const BoardRows& rows);

/// What another row with the same id is to a row that has just answered.
struct Likeness {
    enum class Kind {
        None,
        Same,     ///< one board by two addresses: it started once
        Twin,     ///< two boards with a copied id
        Unclear,  ///< the other board's answer is old: it may have been restarted since
    };
    Kind kind = Kind::None;
    int row = -1;
};
[[nodiscard]] std::vector<Likeness> findLike(const BoardRows& rows, int row);

}  // namespace boardwalk::desktop
