#pragma once

#include <QObject>
#include <QTimer>

#include "desktop/core/discovery/discovery.hpp"
#include "desktop/core/list/board_list_model.hpp"
#include "desktop/core/list/board_order.hpp"
#include "desktop/core/options.hpp"

namespace boardwalk::desktop {

/// `boardwalk --list`: NAME, URL and online or offline of each board that is known or found within 3 s.
class ListCommand : public QObject {
    Q_OBJECT

public:
    explicit ListCommand(const Options& options, QObject* parent = nullptr);

    /// Lines as printed, by name: tab-separated, or with `--json` an object each.
    [[nodiscard]] QStringList lines() const;
    [[nodiscard]] const QString& warning() const { return m_warning; }

Q_SIGNALS:
    void finished();

private:
    /// With discovery off there is nothing to wait for once every board has answered.
    void finishEarly();
    [[nodiscard]] QString line(const QModelIndex& index) const;
    [[nodiscard]] QString jsonLine(const QModelIndex& index) const;

    RequestTracker m_tracker;
    HttpClient m_client;
    BoardListModel m_model;
    BoardOrder m_order;
    QString m_warning;
    bool m_json;
    bool m_discovers;
    Discovery m_discovery;
    QTimer m_patience;
};

}  // namespace boardwalk::desktop
