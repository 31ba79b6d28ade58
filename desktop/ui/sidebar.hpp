#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;

namespace boardwalk::desktop {

class BoardLink;
class BoardListModel;
class BoardOrder;

/// The list of boards by name, with a search and what can be done to it. Rows are those of the model.
class Sidebar : public QWidget {
    Q_OBJECT

public:
    explicit Sidebar(BoardListModel& model, QWidget* parent = nullptr);

    [[nodiscard]] int currentRow() const;
    void select(int row);
    /// The first board of the list as it is shown, or -1.
    [[nodiscard]] int firstRow() const;
    void startSearch();
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
    void updateSearch();
    void showMenu(const QPoint& at);

    BoardListModel& m_model;
    BoardOrder* m_order;
    QListView* m_list;
    QLineEdit* m_search;
    QLabel* m_footnote;
    QTimer m_visibleSoon;
};

}  // namespace boardwalk::desktop
