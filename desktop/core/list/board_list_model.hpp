#pragma once

#include <QAbstractListModel>
#include <QSet>
#include <memory>

#include "desktop/core/list/board_row.hpp"
#include "desktop/core/list/saved_boards.hpp"

namespace boardwalk::desktop {

/// The boards that the app knows: those a person added, which are remembered, and those that discovery sees
/// now. A row is a board, not an address: its id tells which one, as soon as it has answered. What only an
/// announcement says is never remembered by itself.
class BoardListModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        AddressRole = Qt::UserRole,  ///< QString, for people
        UrlRole,                     ///< QUrl: where it is asked now
        PresenceRole,                ///< int(BoardLink::Presence)
        SavedRole,                   ///< bool: remembered, so that it can be removed
        MovedRole,                   ///< bool: answers at another address than the remembered one
        NoteRole,                    ///< QString: what a person should know of it, or empty
        IdRole,                      ///< QString: its own, or empty until it has told it
        ClaimedRole,                 ///< bool: somebody owns it; not valid where that is not known
        ActivityRole,                ///< QString: what the app does to it now, or empty
    };
    /// Limits the rows of announced boards: hosts of the network could announce new ones for ever.
    static constexpr int unasked_max = 1024;

    BoardListModel(BoardStore store, HttpClient& client, RequestTracker& tracker, QObject* parent = nullptr);
    ~BoardListModel() override;

    /// Where tokens of boards are kept; before the first row.
    void setTokens(TokenStore* tokens) { m_tokens = tokens; }
    /// Reads the store. Returns a warning for people, or an empty text.
    QString load();

    /// The row of this board, which is new unless it was known by its address. A person's board is
    /// remembered.
    int addTyped(const QUrl& url);
    /// The same for this run only: what stands on a command line is not remembered.
    int addForNow(const QUrl& url);
    /// The address at which it answers now is remembered in place of the old one.
    void keepAddress(int row);

    /// Discovery found it, or found it at another address. Never listed twice: `id` tells.
    void addFound(const QUrl& url, const QString& id, const QString& name);
    /// Its announcement ended. It stays as long as it answers, is remembered, or is held.
    void dropFound(const QString& id);

    void remove(int row);
    /// Rows that a person sees; the others are asked less often.
    void setVisibleRows(const QSet<int>& rows);
    /// A held board, which is on show or acted on, keeps its row. Its activity is one more word in the row,
    /// or none.
    void setHeld(BoardLink* link, bool held);
    void setActivity(BoardLink* link, const QString& activity);

    [[nodiscard]] BoardLink* link(int row) const;
    [[nodiscard]] std::shared_ptr<BoardLink> share(int row) const;
    [[nodiscard]] int rowOf(const QUrl& url) const { return desktop::rowOf(m_rows, url); }
    [[nodiscard]] int rowOf(const BoardLink* link) const { return desktop::rowOf(m_rows, link); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_rows.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    /// The list could not be written: one sentence.
    void saveFailed(const QString& why);

private:
    int append(const SavedBoard& known, const QList<SavedBoard>& saved = {});
    void watch(BoardLink* link);
    void onPresence(int row);
    void onMissed(int row);
    void onStored(const QList<SavedBoard>& stored);
    void learn(int row);
    void showOther(int row);
    void askWho(int row, const QUrl& url);
    void reconcile(int row);
    void merge(int keep, int drop);
    void pruneLater();
    void prune();
    void removeRow(int row);
    void tell(int row);

    HttpClient& m_client;
    RequestTracker& m_tracker;
    SavedBoards m_saved;
    TokenStore* m_tokens = nullptr;
    BoardRows m_rows;
    QSet<int> m_visible;
    bool m_pruning = false;
};

}  // namespace boardwalk::desktop
