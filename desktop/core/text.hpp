#pragma once

#include <QByteArray>
#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/messages.hpp"

/// From the protocol's types to words for people, and to Qt's strings and back.
namespace boardwalk::desktop {

inline QString qt(std::string_view text) { return QString::fromUtf8(text.data(), qsizetype(text.size())); }
inline std::string_view view(const QByteArray& bytes) {
    return {bytes.constData(), std::size_t(bytes.size())};
}

/// `21.4`, with as many decimals as the reading asks for; an em dash where there is no value.
QString valueText(std::optional<double> value, std::uint32_t decimals);

/// `up 3 d 4 h`, `up 12 min`, `up 9 s`.
QString uptimeText(std::uint64_t uptime_ms);

/// `1.5 KB`, `176 KB`, `12 MB`: binary, as memory is.
QString bytesText(std::uint64_t bytes);

/// `0.42 ms`, `13 ms`, `1.2 s`.
QString latencyText(std::optional<double> ms);

/// What a problem says, else its title, else its status.
QString problemText(const protocol::Problem& problem);

}  // namespace boardwalk::desktop
