#include "desktop/core/sign_in/password.hpp"

#include <QCoreApplication>
#include <QRandomGenerator>
#include <QSet>
#include <string_view>

#include "desktop/core/sign_in/worst_passwords.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int groups = 4;
constexpr int group_characters = 5;
constexpr std::string_view letters =
    "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford's 32, without i, l, o, u

QString tr(const char* text) { return QCoreApplication::translate("Password", text); }

/// As the rule has it: the case of ASCII letters does not count, that of others does.
QString withoutAsciiCase(QString text) {
    for (QChar& each : text) {
        if (each >= u'A' && each <= u'Z') each = QChar(each.unicode() + (u'a' - u'A'));
    }
    return text;
}

bool isCommon(const QString& password) {
    static const QSet<QString> all = [] {
        const QStringList lines =
            QString::fromUtf8(worst_passwords.data(), qsizetype(worst_passwords.size())).split(u'\n');
        return QSet<QString>(lines.begin(), lines.end());
    }();
    return all.contains(withoutAsciiCase(password));
}

}  // namespace

QString normalizedPassword(const QString& typed) { return typed.normalized(QString::NormalizationForm_C); }

PasswordFault checkPassword(const QString& typed) {
    const QString password = normalizedPassword(typed);
    const qsizetype characters = password.toUcs4().size();
    if (characters < password_characters_min) return PasswordFault::Short;
    if (characters > password_characters_max) return PasswordFault::Long;
    return isCommon(password) ? PasswordFault::Common : PasswordFault::None;
}

QString passwordFaultText(PasswordFault fault) {
    switch (fault) {
        case PasswordFault::None: return {};
        case PasswordFault::Short: return tr("At least %1 characters").arg(password_characters_min);
        case PasswordFault::Long: return tr("At most %1 characters").arg(password_characters_max);
        case PasswordFault::Common: return tr("This is one of the passwords that are tried first");
    }
    return {};
}

QString makePassword() {
    QString password;
    for (int i = 0; i < groups * group_characters; ++i) {
        if (i > 0 && i % group_characters == 0) password += u'-';
        password += QLatin1Char(letters[QRandomGenerator::system()->bounded(quint32(letters.size()))]);
    }
    return password;
}

}  // namespace boardwalk::desktop
