#include "desktop/core/list/board_store.hpp"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSaveFile>
#include <optional>

#include "desktop/core/list/board_address.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int format_version = 1;
constexpr int lock_patience_ms = 2000;  // another window holds it for some milliseconds
constexpr int lock_stale_ms = 10'000;

QString tr(const char* text) { return QCoreApplication::translate("BoardStore", text); }

/// Nothing for an entry that this version cannot read.
std::optional<SavedBoard> decode(const QJsonValue& entry) {
    const QJsonObject object = entry.toObject();
    const BoardAddress address = parseBoardAddress(object.value(u"url").toString());
    if (!address.ok()) return std::nullopt;
    return SavedBoard{address.url, object.value(u"id").toString(), object.value(u"name").toString()};
}

QList<SavedBoard> decodeAll(const QJsonArray& entries) {
    QList<SavedBoard> boards;
    for (const QJsonValue& entry : entries) {
        if (const auto board = decode(entry)) boards.append(*board);
    }
    return boards;
}

struct Content {
    QJsonObject root;     ///< empty when there is no file yet
    bool broken = false;  ///< no list of boards
    QString error;        ///< the file cannot be opened
};

Content read(const QString& path) {
    QFile file(path);
    if (!file.exists()) return {};
    if (!file.open(QIODevice::ReadOnly))
        return {{}, false, tr("The list of boards could not be read: %1 (%2)").arg(file.errorString(), path)};
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll());
    if (document.object().value(u"version").toInt() > format_version &&
        !document.object().value(u"boards").isArray()) {
        return {{},
                false,
                tr("The list of boards was written by a later version, and is left as it is: %1").arg(path)};
    }
    if (!document.isObject() || !document.object().value(u"boards").isArray()) return {{}, true, {}};
    return {document.object(), false, {}};
}

QString setAside(const QString& path) {
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    QString aside = path + QStringLiteral(".broken-") + stamp;
    for (int i = 2; QFile::exists(aside); ++i)
        aside = path + QStringLiteral(".broken-%1-%2").arg(stamp).arg(i);
    return QFile::rename(path, aside) ? aside : QString();
}

/// An entry with this address and this board's id, or without an id.
bool isOf(const QJsonValue& entry, const SavedBoard& board) {
    const auto saved = decode(entry);
    return saved && saved->url == board.url &&
           (saved->id == board.id || saved->id.isEmpty() || board.id.isEmpty());
}

/// Members that this version does not know stay.
void complete(QJsonArray::iterator entry, const SavedBoard& board) {
    QJsonObject object = entry->toObject();
    object[QStringLiteral("url")] = board.url.toString();
    if (!board.id.isEmpty()) object[QStringLiteral("id")] = board.id;
    if (!board.name.isEmpty()) object[QStringLiteral("name")] = board.name;
    *entry = object;
}

/// Locks it. Returns why that cannot be, or an empty text.
QString take(QLockFile& lock, const QString& path) {
    lock.setStaleLockTime(lock_stale_ms);
    if (lock.tryLock(lock_patience_ms)) return {};
    return lock.error() == QLockFile::LockFailedError
               ? tr("Cannot write %1: another window keeps it locked").arg(path)
               : tr("Cannot write %1: nothing can be written in that directory").arg(path);
}

QString write(const QString& path, const QJsonObject& root) {
    QSaveFile file(path);
    const QByteArray text = QJsonDocument(root).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return tr("Cannot write %1: %2").arg(path, file.errorString());
    return {};
}

}  // namespace

QString BoardStore::path() const { return QDir(m_dataDir).filePath(QStringLiteral("boards.json")); }

QString BoardStore::lockPath() const { return path() + QStringLiteral(".lock"); }

BoardStore::Loaded BoardStore::load() const {
    Content content = read(path());
    QLockFile lock(lockPath());
    if (content.broken) {
        // Another window may just have set it aside, and written a good one.
        if (const QString error = take(lock, path()); !error.isEmpty()) return {{}, error};
        content = read(path());
    }
    if (!content.error.isEmpty()) return {{}, content.error};
    if (content.broken) {
        const QString aside = setAside(path());
        if (aside.isEmpty())
            return {{}, tr("The list of boards is damaged and could not be moved: %1").arg(path())};
        return {{},
                tr("The list of boards was damaged. It was kept as %1; you start with an empty list.")
                    .arg(aside)};
    }
    const QJsonArray entries = content.root.value(u"boards").toArray();
    const QList<SavedBoard> boards = decodeAll(entries);
    const qsizetype unread = entries.size() - boards.size();
    if (unread == 0) return {boards, {}};
    return {boards, tr("The list of boards has entries that this version cannot read (%1). They stay in %2.")
                        .arg(unread)
                        .arg(path())};
}

BoardStore::Saved BoardStore::edit(const std::function<void(QJsonArray&)>& change) const {
    if (!QDir().mkpath(m_dataDir)) return {{}, tr("Cannot create the data directory %1").arg(m_dataDir)};
    QLockFile lock(lockPath());
    if (const QString error = take(lock, path()); !error.isEmpty()) return {{}, error};
    Content content = read(path());
    if (!content.error.isEmpty()) return {{}, content.error};
    if (content.broken && setAside(path()).isEmpty())
        return {{}, tr("The list of boards is damaged and could not be moved: %1").arg(path())};
    QJsonArray entries = content.root.value(u"boards").toArray();
    const QJsonArray before = entries;
    change(entries);
    if (entries != before) {
        if (content.root.value(u"version").toInt() < format_version)
            content.root[QStringLiteral("version")] = format_version;
        content.root[QStringLiteral("boards")] = entries;
        if (const QString error = write(path(), content.root); !error.isEmpty()) return {{}, error};
    }
    return {decodeAll(entries), {}};
}

BoardStore::Saved BoardStore::add(const SavedBoard& board) const {
    return edit([&board](QJsonArray& entries) {
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            if (isOf(*entry, board)) return complete(entry, board);
        }
        entries.append(QJsonObject{{QStringLiteral("url"), board.url.toString()},
                                   {QStringLiteral("id"), board.id},
                                   {QStringLiteral("name"), board.name}});
    });
}

BoardStore::Saved BoardStore::learn(const QList<SavedBoard>& boards) const {
    return edit([&boards](QJsonArray& entries) {
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            for (const SavedBoard& board : boards) {
                if (isOf(*entry, board)) complete(entry, board);
            }
        }
    });
}

BoardStore::Saved BoardStore::remove(const QList<SavedBoard>& boards) const {
    return edit([&boards](QJsonArray& entries) {
        for (const SavedBoard& board : boards) {
            for (auto entry = entries.begin(); entry != entries.end();)
                entry = isOf(*entry, board) ? entries.erase(entry) : entry + 1;
        }
    });
}

BoardStore::Saved BoardStore::move(const SavedBoard& board, const QUrl& to) const {
    return edit([&board, &to](QJsonArray& entries) {
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            if (isOf(*entry, board)) complete(entry, {to, board.id, board.name});
        }
    });
}

}  // namespace boardwalk::desktop
