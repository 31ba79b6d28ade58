#pragma once

#include <QString>
#include <optional>

namespace boardwalk::desktop {

/// BOARDWALK_PASSWORD, which is taken out of this program's environment; else what a person types at the
/// terminal, which does not show it. Nothing where there is neither.
std::optional<QString> takePassword(const QString& question);

}  // namespace boardwalk::desktop
