#pragma once

#include <QHash>
#include <QTimer>
#include <QWidget>

class QGridLayout;
class QVBoxLayout;

namespace boardwalk::desktop {

class BoardLink;
class FigureCard;
class Segmented;
class TimeChart;

/// The readings: a card with each one's figure, and a chart for each unit.
class DashboardPage : public QWidget {
    Q_OBJECT

public:
    explicit DashboardPage(BoardLink& link, QWidget* parent = nullptr);

    /// What is shown is of before: greyed.
    void setAway(bool away);
    /// Which of the time spans the charts show.
    void setSpan(int span);
    [[nodiscard]] int span() const { return m_span; }

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
    Segmented* m_spans = nullptr;
    bool m_away = false;
    qint64 m_window_ms = 0;
    int m_span = 1;
    QTimer m_frame;
};

}  // namespace boardwalk::desktop
