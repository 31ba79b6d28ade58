#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "desktop/core/plain_text.hpp"
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

/// `12:04:31` today, `28 Nov 12:04:31` on another day of this year, with the year else. Local time.
QString clockText(const QDateTime& time, const QString& clock = QStringLiteral("HH:mm:ss"));

/// `&boot_id=…`: what follows `since` counts only in this start of the board.
QString bootQuery(const std::string& boot_id);

/// The problem in the body of an answer, when it is one of a board.
std::optional<protocol::Problem> problemOf(const QByteArray& body);

/// What a problem says, else its title, else its status.
QString problemText(const protocol::Problem& problem);

}  // namespace boardwalk::desktop
