#pragma once

#include <QHash>
#include <QTimer>
#include <QWidget>

class QGridLayout;
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

    /// What is shown is of before: greyed.
    void setAway(bool away);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void rebuild();
    void saveCsv();
    void updateFigures();
    void arrangeCharts();

    BoardLink& m_link;
    QVBoxLayout* m_body;
    QWidget* m_content = nullptr;
    QHash<QString, FigureCard*> m_figures;
    QList<TimeChart*> m_charts;
    QList<QWidget*> m_chartCards;
    QGridLayout* m_grid = nullptr;
    bool m_away = false;
    qint64 m_window_ms = 0;
    QTimer m_frame;
};

}  // namespace boardwalk::desktop
