#pragma once

#include <QJsonArray>
#include <QList>
#include <QString>
#include <QUrl>
#include <functional>

namespace boardwalk::desktop {

/// A board that the app remembers between two starts.
struct SavedBoard {
    QUrl url;
    QString id;    ///< the board's own id, empty until it has answered once
    QString name;  ///< the last name it told, shown while it is offline

    bool operator==(const SavedBoard&) const = default;
};

/// `boards.json` in the data directory. It belongs to every window and every version of this app: each change
/// is made to what stands in the file at that moment, under a lock, and leaves alone what it does not know.
class BoardStore {
public:
    struct Loaded {
        QList<SavedBoard> boards;
        QString warning;  ///< one sentence: what could not be read, and what became of it
    };
    struct Saved {
        QList<SavedBoard> boards;  ///< what stands in the file now, other windows' boards included
        QString error;             ///< empty, or why nothing was written

        [[nodiscard]] bool ok() const { return error.isEmpty(); }
    };

    explicit BoardStore(const QString& data_dir) : m_dataDir(data_dir) {}

    /// A file that cannot be read as a list is renamed, never overwritten: what was in it may matter to its
    /// owner. An entry that this version cannot read stays in the file, and costs the others nothing.
    [[nodiscard]] Loaded load() const;

    /// Adds it, or completes the entry of this address and board.
    Saved add(const SavedBoard& board) const;
    /// What these boards told about themselves: completes their entries where they still are, adds none.
    Saved learn(const QList<SavedBoard>& boards) const;
    Saved remove(const QList<SavedBoard>& boards) const;
    /// The entry of this board has another address from now on.
    Saved move(const SavedBoard& board, const QUrl& to) const;

    [[nodiscard]] QString path() const;

private:
    /// Atomic: a crash leaves the old file or the new one.
    Saved edit(const std::function<void(QJsonArray&)>& change) const;

    [[nodiscard]] QString lockPath() const;

    QString m_dataDir;
};

}  // namespace boardwalk::desktop
