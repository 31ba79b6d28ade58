#pragma once

#include <QColor>
#include <QList>
#include <QWidget>
#include <algorithm>

class QPainter;

namespace boardwalk::desktop {

/// A state is always both a shape and a colour, so that it can be read without telling the colours apart.
struct Mark {
    enum class Shape { Empty, Hollow, Dotted, Filled, Dot, Bar, Cross, Clock, In, Out, Wave, Check };
    Shape shape = Shape::Empty;
    QColor color;

    bool operator==(const Mark&) const = default;
};

void paintMark(QPainter& painter, const QRectF& cell, const Mark& mark);

/// Many equal things, each in one of a few states, with a legend that counts them.
class StateGrid : public QWidget {
    Q_OBJECT

public:
    struct Cell {
        Mark mark;
        bool badge = false;  ///< a small corner: it holds a buffer
        QString tip;
    };
    struct Entry {
        Mark mark;
        QString text;
    };

    StateGrid(int cell_size, const QString& accessible_name, QWidget* parent = nullptr);

    /// Cells become smaller, down to `least`, until all fit the height that there is.
    void setFitted(int least) { m_least = least; }
    void setCells(QList<Cell> cells);
    void setLegend(QList<Entry> legend);
    [[nodiscard]] qsizetype cellCount() const { return m_cells.size(); }

    [[nodiscard]] bool hasHeightForWidth() const override { return m_least == 0; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override { return {420, heightForWidth(420)}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, m_cell}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int columns(int width) const { return std::max(1, width / m_cell); }
    void fit();
    int layOutLegend(int width, QPainter* painter, int top) const;

    int m_cell;
    int m_most = m_cell;
    int m_least = 0;  ///< 0: all are as large as they were asked for
    QList<Cell> m_cells;
    QList<Entry> m_legend;
};

}  // namespace boardwalk::desktop
