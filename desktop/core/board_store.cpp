#include "desktop/core/board_store.hpp"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <optional>

#include "desktop/core/board_address.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int format_version = 1;

QString tr(const char* text) { return QCoreApplication::translate("BoardStore", text); }

std::optional<QList<SavedBoard>> decode(const QByteArray& text) {
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject() || !document.object().value(u"boards").isArray()) return std::nullopt;
    QList<SavedBoard> boards;
    for (const QJsonValue& value : document.object().value(u"boards").toArray()) {
        const QJsonObject object = value.toObject();
        const BoardAddress address = parseBoardAddress(object.value(u"url").toString());
        if (!address.ok()) return std::nullopt;
        boards.append({address.url, object.value(u"id").toString(), object.value(u"name").toString()});
    }
    return boards;
}

QString setAside(const QString& path) {
    const QString stamp = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    QString aside = path + QStringLiteral(".broken-") + stamp;
    for (int i = 2; QFile::exists(aside); ++i)
        aside = path + QStringLiteral(".broken-%1-%2").arg(stamp).arg(i);
    return QFile::rename(path, aside) ? aside : QString();
}

}  // namespace

QString BoardStore::path() const { return QDir(m_dataDir).filePath(QStringLiteral("boards.json")); }

BoardStore::Loaded BoardStore::load() const {
    QFile file(path());
    if (!file.exists()) return {};
    if (!file.open(QIODevice::ReadOnly)) {
        return {{}, tr("The list of boards could not be read: %1 (%2)").arg(file.errorString(), path())};
    }
    const std::optional<QList<SavedBoard>> boards = decode(file.readAll());
    file.close();
    if (boards) return {*boards, {}};

    const QString aside = setAside(path());
    if (aside.isEmpty())
        return {{}, tr("The list of boards is damaged and could not be moved: %1").arg(path())};
    return {
        {},
        tr("The list of boards was damaged. It was kept as %1; you start with an empty list.").arg(aside)};
}

QString BoardStore::save(const QList<SavedBoard>& boards) const {
    if (!QDir().mkpath(m_dataDir)) return tr("Cannot create the data directory %1").arg(m_dataDir);
    QJsonArray array;
    for (const SavedBoard& board : boards) {
        array.append(QJsonObject{{QStringLiteral("url"), board.url.toString()},
                                 {QStringLiteral("id"), board.id},
                                 {QStringLiteral("name"), board.name}});
    }
    const QJsonObject root{{QStringLiteral("version"), format_version}, {QStringLiteral("boards"), array}};
    QSaveFile file(path());
    if (!file.open(QIODevice::WriteOnly)) return tr("Cannot write %1: %2").arg(path(), file.errorString());
    file.write(QJsonDocument(root).toJson());
    if (!file.commit()) return tr("Cannot write %1: %2").arg(path(), file.errorString());
    return {};
}

}  // namespace boardwalk::desktop
