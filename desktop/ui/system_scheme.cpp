#include "desktop/ui/system_scheme.hpp"

#include <QColor>

#ifdef BOARDWALK_DBUS
#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusMessage>
#include <QDBusReply>
#include <QDBusVariant>
#endif

#include <optional>

namespace boardwalk::desktop {

#ifdef BOARDWALK_DBUS

namespace {

const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
const QString object = QStringLiteral("/org/freedesktop/portal/desktop");
const QString settings = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString scheme = QStringLiteral("color-scheme");

constexpr int patience_ms = 300;  // a missing portal must not delay the window

/// The portal's values: 0 no preference, 1 dark, 2 light. `Read` wraps the variant once more than it should.
std::optional<bool> asDark(QVariant value) {
    while (value.canConvert<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    bool number = false;
    const uint told = value.toUInt(&number);
    if (!number || told == 0 || told > 2) return std::nullopt;
    return told == 1;
}

std::optional<bool> askPortal() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return std::nullopt;
    QDBusMessage call = QDBusMessage::createMethodCall(service, object, settings, QStringLiteral("Read"));
    call << appearance << scheme;
    const QDBusMessage answer = bus.call(call, QDBus::Block, patience_ms);
    if (answer.type() != QDBusMessage::ReplyMessage || answer.arguments().isEmpty()) return std::nullopt;
    return asDark(answer.arguments().constFirst());
}

}  // namespace

SystemSchemeWatch::SystemSchemeWatch(QObject* parent) : QObject(parent) {
    QDBusConnection::sessionBus().connect(service, object, settings, QStringLiteral("SettingChanged"), this,
                                          SLOT(onPortalSetting(QString, QString, QDBusVariant)));
}

void SystemSchemeWatch::onPortalSetting(const QString& space, const QString& key, const QDBusVariant& value) {
    if (space != appearance || key != scheme) return;
    Q_EMIT changed(asDark(value.variant()).value_or(false));
}

#else

namespace {
std::optional<bool> askPortal() { return std::nullopt; }
}  // namespace

SystemSchemeWatch::SystemSchemeWatch(QObject* parent) : QObject(parent) {}
void SystemSchemeWatch::onPortalSetting(const QString&, const QString&, const QDBusVariant&) {}

#endif

bool systemPrefersDark(const QPalette& platform) {
    if (const std::optional<bool> told = askPortal()) return *told;
    return platform.color(QPalette::Window).lightness() < 128;
}

}  // namespace boardwalk::desktop
