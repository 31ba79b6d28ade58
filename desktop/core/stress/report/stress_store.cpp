#include "desktop/core/stress/report/stress_store.hpp"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSaveFile>

namespace boardwalk::desktop {

namespace {

/// More files than this are not looked at: the newest, by their names.
constexpr qsizetype files_max = 200;
const char* const pattern = "run-*.json";

std::optional<StressReport> read(const QString& path) {
    QFile file(path);
    // Never a pipe or a device that another program put there: opening one may wait for ever.
    if (!QFileInfo(path).isFile() || file.size() > StressStore::file_bytes_max) return std::nullopt;
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    return StressReport::fromJson(file.read(StressStore::file_bytes_max + 1));
}

}  // namespace

StressStore::StressStore(const QString& dataDir) : m_dataDir(dataDir) {}

QString StressStore::keyOf(const QString& id, const QUrl& url) {
    static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9][A-Za-z0-9_-]{0,63}\\z"));
    if (plain.match(id).hasMatch()) return id;
    // An id is foreign text: a directory is never named by `..` or by a slash.
    const QByteArray what = id.isEmpty() ? url.toEncoded() : id.toUtf8();
    const auto hash = QCryptographicHash::hash(what, QCryptographicHash::Sha256).toHex().left(32);
    return (id.isEmpty() ? QStringLiteral("_address-") : QStringLiteral("_id-")) + QString::fromLatin1(hash);
}

QString StressStore::directory(const QString& key) const {
    return QDir(m_dataDir).filePath(QStringLiteral("stress/") + key);
}

QString StressStore::keep(const QString& key, const StressReport& report, QString& error) const {
    const QDir dir(directory(key));
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    QString path;
    for (int i = 1; path.isEmpty() || QFile::exists(path); ++i)
        path = dir.filePath(QStringLiteral("run-%1-%2.json").arg(stamp).arg(i));
    const QByteArray json = report.toKeptJson();
    QSaveFile file(path);
    if (!QDir().mkpath(dir.path()) || json.size() > file_bytes_max || !file.open(QIODevice::WriteOnly) ||
        file.write(json) != json.size() || !file.commit()) {
        error = QCoreApplication::translate("StressStore", "The report could not be kept in %1: %2")
                    .arg(dir.path(), file.errorString());
        return {};
    }
    trim(key);
    return path;
}

QList<StressStore::Kept> StressStore::runs(const QString& key) const {
    const QDir dir(directory(key));
    const QStringList names =
        dir.entryList({QLatin1String(pattern)}, QDir::Files, QDir::Name | QDir::Reversed);
    QList<Kept> runs;
    for (const QString& name : names.mid(0, files_max)) {
        if (runs.size() == runs_max) break;
        const QString path = dir.filePath(name);
        if (auto report = read(path)) runs.append({path, std::move(*report)});
    }
    return runs;
}

/// Deletes the oldest of those that can be read; another program's file or a later version's is left alone.
void StressStore::trim(const QString& key) const {
    const QDir dir(directory(key));
    const QStringList names =
        dir.entryList({QLatin1String(pattern)}, QDir::Files, QDir::Name | QDir::Reversed);
    qsizetype ours = 0;
    for (const QString& name : names.mid(0, files_max)) {
        const QString path = dir.filePath(name);
        if (ours >= runs_max) {
            if (read(path)) QFile::remove(path);
        } else if (read(path)) {
            ++ours;
        }
    }
}

}  // namespace boardwalk::desktop
