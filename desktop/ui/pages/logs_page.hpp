#pragma once

#include <QWidget>

class QTableView;

namespace boardwalk::desktop {

class LogFilter;
class LogModel;

/// The board's log as it is written.
class LogsPage : public QWidget {
    Q_OBJECT

public:
    explicit LogsPage(LogModel& logs, QWidget* parent = nullptr);

private:
    void copy();
    /// The selected lines, or all that are shown.
    [[nodiscard]] QString chosenLines(bool all) const;

    LogFilter* m_filter;
    QTableView* m_table;
    bool m_following = true;
};

}  // namespace boardwalk::desktop
