#include "desktop/core/sign_in/setup_code.hpp"

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QStandardPaths>

namespace boardwalk::desktop {

namespace {

constexpr qsizetype code_characters = 8;
constexpr qint64 line_bytes_max = 64;

QString tr(const char* text) { return QCoreApplication::translate("SetupCode", text); }

/// 0 for what is none of the 32.
char16_t digitOf(QChar typed) {
    const char16_t digit = typed.toUpper().unicode();
    if (digit == u'O') return u'0';
    if (digit == u'I' || digit == u'L') return u'1';
    const bool is_digit = (digit >= u'0' && digit <= u'9') || (digit >= u'A' && digit <= u'Z');
    return is_digit && digit != u'U' ? digit : u'\0';
}

}  // namespace

QString normalizedSetupCode(const QString& typed) {
    QString code;
    for (const QChar each : typed) {
        if (each.isSpace() || each == u'-') continue;
        const char16_t digit = digitOf(each);
        if (digit == 0 || code.size() == code_characters) return {};
        code += QChar(digit);
    }
    return code.size() == code_characters ? code : QString();
}

SetupCode readSetupCode(const QString& file) {
    QFile from(file);
    if (file.isEmpty() || !from.open(QIODevice::ReadOnly))
        return {{}, tr("The set-up code in %1 cannot be read: %2").arg(file, from.errorString())};
    const QString code = normalizedSetupCode(QString::fromLatin1(from.readLine(line_bytes_max)));
    if (code.isEmpty()) return {{}, tr("%1 holds no set-up code of 8 letters and digits").arg(file)};
    return {code, {}};
}

QString setupCodeFileOf(const QUrl& board) {
    const QHostAddress address(board.host());
    const bool here = board.host() == u"localhost" || (!address.isNull() && address.isLoopback());
    if (!here) return {};
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/boardwalk-board/setup-code");
}

}  // namespace boardwalk::desktop
