#pragma once

#include <QObject>
#include <QPalette>

class QDBusVariant;

namespace boardwalk::desktop {

/// Whether the desktop asks for dark windows: what the freedesktop settings portal says, else the lightness
/// of the palette that the platform gave before ours replaced it. (QStyleHints::colorScheme is Qt 6.5.)
bool systemPrefersDark(const QPalette& platform);

/// Tells when the person switches the desktop between light and dark, where the portal says so.
class SystemSchemeWatch : public QObject {
    Q_OBJECT

public:
    explicit SystemSchemeWatch(QObject* parent = nullptr);

Q_SIGNALS:
    void changed(bool dark);

private Q_SLOTS:
    void onPortalSetting(const QString& space, const QString& key, const QDBusVariant& value);
};

}  // namespace boardwalk::desktop
