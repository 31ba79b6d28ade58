#include "desktop/core/sign_in/vault/file_vault.hpp"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QSaveFile>
#include <utility>

namespace boardwalk::desktop {

namespace {

constexpr int lock_patience_ms = 2000;
constexpr int lock_stale_ms = 10'000;
constexpr qint64 file_bytes_max = 1024 * 1024;
constexpr auto owner_only = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

struct Content {
    QJsonObject root;
    bool broken = false;
    QString problem;
};

Content contentOf(const QString& path) {
    QFile file(path);
    if (!file.exists()) return {};
    if (!file.open(QIODevice::ReadOnly))
        return {{}, false, FileVault::tr("Cannot read %1: %2").arg(path, file.errorString())};
    const QJsonDocument document = QJsonDocument::fromJson(file.read(file_bytes_max));
    return {document.object(), !document.isObject(), {}};
}

}  // namespace

FileVault::FileVault(QString data_dir, QObject* parent)
    : SecretVault(parent), m_dataDir(std::move(data_dir)) {}

QString FileVault::path() const { return QDir(m_dataDir).filePath(QStringLiteral("tokens.json")); }

void FileVault::read(const QString& name, Done done) {
    const Content content = contentOf(path());
    done({content.root.value(name).toString().toUtf8(), content.problem});
}

void FileVault::write(const QString& name, const QByteArray& secret, Done done) {
    done({{}, edit([&](QJsonObject& root) { root[name] = QString::fromUtf8(secret); })});
}

void FileVault::remove(const QString& name, Done done) {
    if (!QFile::exists(path())) return done({});
    done({{}, edit([&](QJsonObject& root) { root.remove(name); })});
}

QString FileVault::edit(const std::function<void(QJsonObject&)>& change) {
    if (!QDir().mkpath(m_dataDir)) return tr("Cannot create the data directory %1").arg(m_dataDir);
    QLockFile lock(path() + QStringLiteral(".lock"));
    lock.setStaleLockTime(lock_stale_ms);
    if (!lock.tryLock(lock_patience_ms)) return tr("Cannot write %1: it is locked").arg(path());
    Content content = contentOf(path());
    if (!content.problem.isEmpty()) return content.problem;
    if (content.broken) {
        const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmsszzz"));
        if (!QFile::rename(path(), path() + QStringLiteral(".broken-") + stamp))
            return tr("%1 is damaged and could not be moved").arg(path());
    }
    const QJsonObject before = content.root;
    change(content.root);
    if (content.root == before && !content.broken) return {};
    QSaveFile file(path());
    const QByteArray text = QJsonDocument(content.root).toJson();
    // Before the first byte: it must not be readable by others for a moment either.
    const bool written = file.open(QIODevice::WriteOnly) && file.setPermissions(owner_only) &&
                         file.write(text) == text.size() && file.commit();
    return written ? QString() : tr("Cannot write %1: %2").arg(path(), file.errorString());
}

}  // namespace boardwalk::desktop
