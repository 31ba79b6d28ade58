#include "desktop/core/sign_in/given_token.hpp"

#include <QFile>

#include "desktop/core/sign_in/token_text.hpp"

namespace boardwalk::desktop {

namespace {
constexpr qint64 line_bytes_max = 256;
}

GivenToken readTokenFile(const QString& file) {
    QFile from(file);
    if (!from.open(QIODevice::ReadOnly)) return {{}, QStringLiteral("%1: %2").arg(file, from.errorString())};
    const QByteArray token = from.readLine(line_bytes_max).trimmed();
    if (!isToken(token))
        return {{}, QStringLiteral("%1: holds no token of 32 to 64 letters and digits").arg(file)};
    return {token, {}};
}

GivenToken tokenOfEnvironment() {
    const QByteArray token = qgetenv("BOARDWALK_TOKEN").trimmed();
    if (token.isEmpty() || isToken(token)) return {token, {}};
    return {{}, QStringLiteral("BOARDWALK_TOKEN: is no token of 32 to 64 letters and digits")};
}

}  // namespace boardwalk::desktop
