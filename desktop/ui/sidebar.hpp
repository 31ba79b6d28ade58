#pragma once

#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;
class QListView;

namespace boardwalk::desktop {

class BoardLink;
class BoardListModel;

/// The list of boards, with what can be done to it.
class Sidebar : public QWidget {
    Q_OBJECT

public:
    explicit Sidebar(BoardListModel& model, QWidget* parent = nullptr);

    [[nodiscard]] int currentRow() const;
    void select(int row);
    void setFootnote(const QString& text);

    /// Leaves more room for the board where the window is small.
    void setNarrow(bool narrow);

    /// Removes the selected board after asking.
    void removeCurrent();

Q_SIGNALS:
    void currentChanged(int row);
    void addWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void tellVisible();
    void showMenu(const QPoint& at);

    BoardListModel& m_model;
    QListView* m_list;
    QLabel* m_footnote;
    QTimer m_visibleSoon;
};

}  // namespace boardwalk::desktop
