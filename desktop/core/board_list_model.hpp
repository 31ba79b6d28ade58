#pragma once

#include <QAbstractListModel>
#include <memory>
#include <vector>

#include "desktop/core/board_link.hpp"
#include "desktop/core/board_store.hpp"

namespace boardwalk::desktop {

/// The boards that the app knows: those a person added, which are remembered, and those that discovery sees
/// now.
class BoardListModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        AddressRole = Qt::UserRole,  ///< QString, for people
        UrlRole,                     ///< QUrl
        PresenceRole,                ///< int(BoardLink::Presence)
        SavedRole,                   ///< bool: remembered, so that it can be removed
    };

    BoardListModel(BoardStore store, RequestTracker& tracker, QObject* parent = nullptr);

    /// Reads the store. Returns a warning for people, or an empty text.
    QString load();

    /// The row of this board, which is new unless it was known by its address. A person's board is
    /// remembered.
    int addTyped(const QUrl& url);
    /// The same for this run only: what stands on a command line is not remembered.
    int addForNow(const QUrl& url);

    /// Discovery found it, or found it at another address. Never listed twice: `id` tells.
    void addFound(const QUrl& url, const QString& id, const QString& name);
    /// Its announcement ended. It stays as long as it answers, is remembered, or is on show.
    void dropFound(const QString& id);

    void remove(int row);

    [[nodiscard]] BoardLink* link(int row) const;
    [[nodiscard]] int rowOf(const QUrl& url) const;
    [[nodiscard]] int rowOf(const BoardLink* link) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    /// The list could not be written: one sentence.
    void saveFailed(const QString& why);
    /// The board of this row has another link now: it was found at a new address.
    void linkReplaced(int row);

private:
    struct Board {
        SavedBoard known;
        bool saved = false;
        bool announced = false;
        std::unique_ptr<BoardLink> link;
    };

    int append(const SavedBoard& known, bool saved);
    void watch(BoardLink* link);
    [[nodiscard]] int rowOfId(const QString& id) const;
    void learn(int row);
    void save();

    BoardStore m_store;
    RequestTracker& m_tracker;
    std::vector<Board> m_boards;
};

}  // namespace boardwalk::desktop
