#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

inline QJsonValue vectorOf(const char* file, int number = 0);

/// With the first valid message of another file in place of each `{"$vector": FILE}`.
inline QJsonValue whole(const QJsonValue& part) {
    if (part.isArray()) {
        QJsonArray array;
        for (const QJsonValue& element : part.toArray())
            array += whole(element);
        return array;
    }
    if (!part.isObject()) return part;
    QJsonObject object = part.toObject();
    if (object.contains(u"$vector"))
        return vectorOf(qPrintable(object[u"$vector"].toString() + QStringLiteral(".json")));
    for (auto member = object.begin(); member != object.end(); ++member)
        member.value() = whole(member.value());
    return object;
}

/// A message as board and clients agreed on it: the one of this number among the valid ones of the file in
/// shared/vectors. The environment's BOARDWALK_VECTORS names the folder.
inline QJsonValue vectorOf(const char* file, int number) {
    QFile vectors(qEnvironmentVariable("BOARDWALK_VECTORS") + u'/' + QLatin1String(file));
    if (!vectors.open(QIODevice::ReadOnly)) qFatal("no such vectors: %s", qPrintable(vectors.fileName()));
    const QJsonValue vector = QJsonDocument::fromJson(vectors.readAll())["valid"][number];
    if (vector.isUndefined()) qFatal("%s has no vector %d", file, number);
    return whole(vector);
}

/// The message with another value at a JSON pointer, such as `/readings/0/value`. The member must be there:
/// a test varies what was agreed on, and invents nothing.
inline QJsonValue patched(const QJsonValue& message, const QString& pointer, const QJsonValue& to) {
    if (pointer.isEmpty()) return to;
    const QString name = pointer.section(u'/', 1, 1);
    const QString rest = pointer.mid(1 + name.size());
    if (message.isArray()) {
        QJsonArray array = message.toArray();
        if (name.toInt() >= array.size()) qFatal("no item %s", qPrintable(pointer));
        array[name.toInt()] = patched(array[name.toInt()], rest, to);
        return array;
    }
    QJsonObject object = message.toObject();
    if (!object.contains(name)) qFatal("no member %s", qPrintable(pointer));
    object[name] = patched(object[name], rest, to);
    return object;
}

inline QByteArray textOf(const QJsonValue& message) {
    return QJsonDocument(message.toObject()).toJson(QJsonDocument::Compact);
}

/// The same as the program's own type.
template <class Message>
Message decoded(const QJsonValue& message) {
    const QByteArray text = textOf(message);
    const auto made = protocol::decode<Message>(std::string_view(text.constData(), std::size_t(text.size())));
    if (!made) qFatal("no such message: %s", text.constData());
    return *made;
}

}  // namespace boardwalk::desktop
