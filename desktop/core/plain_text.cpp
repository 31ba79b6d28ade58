#include "desktop/core/plain_text.hpp"

#include <string_view>

#include "shared/name_rule.hpp"

namespace boardwalk::desktop {

namespace {

bool isJoiner(char32_t code) { return code == 0x200c || code == 0x200d; }

/// Controls, ends of lines, and spaces of any width.
bool isLikeSpace(char32_t code) {
    switch (QChar::category(code)) {
        case QChar::Other_Control:
        case QChar::Separator_Line:
        case QChar::Separator_Paragraph:
        case QChar::Separator_Space: return true;
        default: return false;
    }
}

/// No character that a font could know.
bool isNone(char32_t code) {
    const QChar::Category category = QChar::category(code);
    return category == QChar::Other_Surrogate || category == QChar::Other_NotAssigned ||
           category == QChar::Other_PrivateUse;
}

}  // namespace

QString printable(const QString& foreign) {
    QString text;
    text.reserve(foreign.size());
    for (const char32_t each : foreign.toStdU32String()) {
        if (isLikeSpace(each)) {
            text += u' ';
        } else if (protocol::is_unseen(each) && !isJoiner(each)) {
            continue;
        } else if (isNone(each)) {
            text += QChar::ReplacementCharacter;
        } else {
            text += QString::fromUcs4(&each, 1);
        }
    }
    return text;
}

QString plainTip(const QString& text) {
    // Qt::mightBeRichText looks for a tag, or for the name of one that is escaped.
    QString plain = text;
    return plain.replace(u'<', QStringLiteral("<\u2060")).replace(u'&', QStringLiteral("&\u2060"));
}

std::string clipped(const std::string& utf8, std::size_t characters_max) {
    std::size_t end = 0;
    for (std::size_t count = 0; count < characters_max && end < utf8.size(); ++count) {
        const protocol::Character next = protocol::first_character(std::string_view(utf8).substr(end));
        end += next.bytes == 0 ? 1 : next.bytes;  // what is no UTF-8 counts byte by byte
    }
    return utf8.substr(0, end);
}

}  // namespace boardwalk::desktop
