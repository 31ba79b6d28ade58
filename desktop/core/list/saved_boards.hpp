#pragma once

#include <QObject>
#include <QTimer>

#include "desktop/core/list/board_store.hpp"

namespace boardwalk::desktop {

/// The store as the list uses it: each change is written at once, and answered with what stands in the file
/// then, as other windows write it, too. Only what boards say about themselves waits for a moment.
class SavedBoards : public QObject {
    Q_OBJECT

public:
    explicit SavedBoards(BoardStore store, QObject* parent = nullptr);
    /// Writes what still waits.
    ~SavedBoards() override;

    /// Returns a warning for people, or an empty text.
    QString load();
    void add(const SavedBoard& board) { tell(m_store.add(board)); }
    void remove(const QList<SavedBoard>& boards) { tell(m_store.remove(boards)); }
    void move(const SavedBoard& board, const QUrl& to) { tell(m_store.move(board, to)); }
    void learnSoon(const SavedBoard& board);

Q_SIGNALS:
    /// What stands in the file.
    void stored(const QList<SavedBoard>& boards);
    /// It could not be written: one sentence.
    void failed(const QString& why);

private:
    void tell(const BoardStore::Saved& saved);

    BoardStore m_store;
    QList<SavedBoard> m_learned;  ///< not written yet
    QTimer m_soon;
};

}  // namespace boardwalk::desktop
