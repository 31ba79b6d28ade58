#pragma once

#include <QByteArray>

namespace boardwalk::desktop {

/// 32 to 64 characters of base64url: what a board takes for a token.
bool isToken(const QByteArray& text);

}  // namespace boardwalk::desktop
