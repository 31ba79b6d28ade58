#include "desktop/core/text.hpp"

#include <QCoreApplication>
#include <QLocale>
#include <QUrl>
#include <algorithm>
#include <cmath>

#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {
constexpr double plain_below = 1e15;  // what is greater is written as a power of ten: no 300 digits
constexpr int power_digits = 6;
constexpr std::size_t problem_characters_max = 400;  // our boards' own have up to 200

QString tr(const char* text) { return QCoreApplication::translate("Text", text); }
}  // namespace

QString valueText(std::optional<double> value, std::uint32_t decimals) {
    if (!value || !std::isfinite(*value)) return QStringLiteral("—");
    if (std::abs(*value) >= plain_below) return QLocale().toString(*value, 'g', power_digits);
    return QLocale().toString(*value, 'f', int(std::min(decimals, 6U)));
}

QString clockText(const QDateTime& time, const QString& clock) {
    const QDateTime local = time.toLocalTime();
    const QDate today = QDate::currentDate();
    const QString day = local.date() == today                 ? QString()
                        : local.date().year() == today.year() ? QStringLiteral("d MMM ")
                                                              : QStringLiteral("d MMM yyyy ");
    return QLocale().toString(local, day + clock);
}

QString bootQuery(const std::string& boot_id) {
    return QStringLiteral("&boot_id=") + QString::fromLatin1(QUrl::toPercentEncoding(qt(boot_id)));
}

QString uptimeText(std::uint64_t uptime_ms) {
    const std::uint64_t s = uptime_ms / 1000;
    if (s < 60) return tr("up %1 s").arg(s);
    if (s < 3600) return tr("up %1 min").arg(s / 60);
    if (s < 86400) return tr("up %1 h %2 min").arg(s / 3600).arg(s / 60 % 60);
    return tr("up %1 d %2 h").arg(s / 86400).arg(s / 3600 % 24);
}

QString bytesText(std::uint64_t bytes) {
    if (bytes < 1024) return tr("%1 B").arg(bytes);
    const double kb = double(bytes) / 1024;
    if (kb < 1024) return tr("%1 KB").arg(QLocale().toString(kb, 'f', kb < 10 ? 1 : 0));
    const double mb = kb / 1024;
    if (mb < 1024) return tr("%1 MB").arg(QLocale().toString(mb, 'f', mb < 10 ? 1 : 0));
    return tr("%1 GB").arg(QLocale().toString(mb / 1024, 'f', 1));
}

QString latencyText(std::optional<double> ms) {
    if (!ms || !std::isfinite(*ms)) return QStringLiteral("—");
    if (*ms >= 1000) return tr("%1 s").arg(QLocale().toString(*ms / 1000, 'f', *ms < 10000 ? 2 : 1));
    return tr("%1 ms").arg(QLocale().toString(*ms, 'f', *ms < 1 ? 2 : *ms < 10 ? 1 : 0));
}

std::optional<protocol::Problem> problemOf(const QByteArray& body) {
    const auto problem = protocol::decode<protocol::Problem>(view(body));
    return problem && !problem->code.empty() ? std::optional(*problem) : std::nullopt;
}

QString problemText(const protocol::Problem& problem) {
    for (const std::string& said : {problem.detail, problem.title})
        if (!said.empty()) return printable(qt(clipped(said, problem_characters_max)));
    return tr("The board answered %1").arg(problem.status);
}

}  // namespace boardwalk::desktop
