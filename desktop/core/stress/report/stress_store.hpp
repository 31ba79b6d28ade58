#pragma once

#include <QList>
#include <QString>
#include <QUrl>

#include "desktop/core/stress/report/stress_report.hpp"

namespace boardwalk::desktop {

/// The reports of the last stress tests of each board, a file each in `DATA/stress/BOARD/`. A file is written
/// whole or not at all, and never changed, so that windows share the directory without a lock. What cannot be
/// read is not shown, and stays.
class StressStore {
public:
    static constexpr qsizetype runs_max = 20;                  ///< a board; the oldest go
    static constexpr qint64 file_bytes_max = 4 * 1024 * 1024;  ///< a greater file is none of ours

    struct Kept {
        QString path;
        StressReport report;
    };

    explicit StressStore(const QString& dataDir);

    /// The board's id; while that is not known, its address.
    [[nodiscard]] static QString keyOf(const QString& id, const QUrl& url);

    /// Returns the file, or, with `error` set to a line for people, nothing.
    QString keep(const QString& key, const StressReport& report, QString& error) const;
    /// The newest first.
    [[nodiscard]] QList<Kept> runs(const QString& key) const;

private:
    [[nodiscard]] QString directory(const QString& key) const;
    void trim(const QString& key) const;

    QString m_dataDir;
};

}  // namespace boardwalk::desktop
