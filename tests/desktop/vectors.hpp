#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace boardwalk::desktop {

/// A message as board and clients agreed on it: the one of this number among the valid ones of the file in
/// shared/vectors. The environment's BOARDWALK_VECTORS names the folder.
inline QJsonValue vectorOf(const char* file, int number) {
    QFile vectors(qEnvironmentVariable("BOARDWALK_VECTORS") + u'/' + QLatin1String(file));
    if (!vectors.open(QIODevice::ReadOnly)) qFatal("no such vectors: %s", qPrintable(vectors.fileName()));
    const QJsonValue vector = QJsonDocument::fromJson(vectors.readAll())["valid"][number];
    if (vector.isUndefined()) qFatal("%s has no vector %d", file, number);
    return vector;
}

}  // namespace boardwalk::desktop
