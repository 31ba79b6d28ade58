#pragma once

#include <QList>
#include <QString>
#include <QUrl>

namespace boardwalk::desktop {

/// A board that the app remembers between two starts.
struct SavedBoard {
    QUrl url;
    QString id;    ///< the board's own id, empty until it has answered once
    QString name;  ///< the last name it told, shown while it is offline

    bool operator==(const SavedBoard&) const = default;
};

/// `boards.json` in the data directory.
class BoardStore {
public:
    struct Loaded {
        QList<SavedBoard> boards;
        QString warning;  ///< one sentence when the file could not be used; where it was put
    };

    explicit BoardStore(const QString& data_dir) : m_dataDir(data_dir) {}

    /// A file that cannot be read as boards is renamed, never overwritten: what was in it may matter to its
    /// owner.
    [[nodiscard]] Loaded load() const;

    /// Atomic: a crash leaves the old file or the new one. Returns an empty text, or why it failed.
    [[nodiscard]] QString save(const QList<SavedBoard>& boards) const;

    [[nodiscard]] QString path() const;

private:
    QString m_dataDir;
};

}  // namespace boardwalk::desktop
