#pragma once

#include <QWidget>

class QTableView;

namespace boardwalk::desktop {

class LogFilter;
class LogModel;
class ReasonLabel;

/// The board's log as it is written.
class LogsPage : public QWidget {
    Q_OBJECT

public:
    explicit LogsPage(LogModel& logs, QWidget* parent = nullptr);

    /// Why one may not read it; empty where one may.
    void setReason(const QString& reason);

private:
    void copy();
    /// The selected lines, or all that are shown.
    [[nodiscard]] QString chosenLines(bool all) const;

    ReasonLabel* m_reason;
    LogFilter* m_filter;
    QTableView* m_table;
    bool m_following = true;
};

}  // namespace boardwalk::desktop
