#pragma once

#include <QHash>
#include <QTimer>
#include <QWidget>

class QVBoxLayout;

namespace boardwalk::desktop {

class BoardLink;
class FigureCard;
class TimeChart;

/// The readings: a card with each one's figure, and a chart for each unit.
class DashboardPage : public QWidget {
    Q_OBJECT

public:
    explicit DashboardPage(BoardLink& link, QWidget* parent = nullptr);

private:
    void rebuild();
    void updateFigures();

    BoardLink& m_link;
    QVBoxLayout* m_body;
    QWidget* m_content = nullptr;
    QHash<QString, FigureCard*> m_figures;
    QList<TimeChart*> m_charts;
    QTimer m_frame;
};

}  // namespace boardwalk::desktop
