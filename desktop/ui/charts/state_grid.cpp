#include "desktop/ui/charts/state_grid.hpp"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <utility>

#include "desktop/core/text.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {

/// The sign on a filled cell, in the surface's colour.
void paintSign(QPainter& painter, const QRectF& r, Mark::Shape shape) {
    const QPointF c = r.center();
    const double s = r.width() / 4;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Theme::colors().surface, r.width() / 8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    switch (shape) {
        case Mark::Shape::Bar: painter.drawLine(c - QPointF(s, 0), c + QPointF(s, 0)); break;
        case Mark::Shape::Cross:
            painter.drawLine(c + QPointF(-s, -s), c + QPointF(s, s));
            painter.drawLine(c + QPointF(-s, s), c + QPointF(s, -s));
            break;
        case Mark::Shape::Clock:
            painter.drawPolyline(QPolygonF{c + QPointF(0, -s * 1.2), c, c + QPointF(s, s * 0.5)});
            break;
        case Mark::Shape::In:
            painter.drawPolyline(
                QPolygonF{c + QPointF(-s, -s * 0.5), c + QPointF(0, s * 0.6), c + QPointF(s, -s * 0.5)});
            break;
        case Mark::Shape::Out:
            painter.drawPolyline(
                QPolygonF{c + QPointF(-s, s * 0.5), c + QPointF(0, -s * 0.6), c + QPointF(s, s * 0.5)});
            break;
        case Mark::Shape::Check:
            painter.drawPolyline(
                QPolygonF{c + QPointF(-s, 0), c + QPointF(-s * 0.2, s * 0.8), c + QPointF(s, -s * 0.7)});
            break;
        case Mark::Shape::Wave: {
            QPainterPath wave(c + QPointF(-s * 1.2, s * 0.2));
            wave.cubicTo(c + QPointF(-s * 0.4, -s * 1.6), c + QPointF(s * 0.4, s * 1.6),
                         c + QPointF(s * 1.2, -s * 0.2));
            painter.drawPath(wave);
            break;
        }
        case Mark::Shape::Dot:
            painter.setPen(Qt::NoPen);
            painter.setBrush(Theme::colors().surface);
            painter.drawEllipse(c, s * 0.75, s * 0.75);
            break;
        default: break;
    }
}

}  // namespace

void paintMark(QPainter& painter, const QRectF& cell, const Mark& mark) {
    painter.setRenderHint(QPainter::Antialiasing);
    const double radius = cell.width() / 4;
    switch (mark.shape) {
        case Mark::Shape::Empty:
            painter.setPen(Qt::NoPen);
            painter.setBrush(mark.color);
            painter.drawEllipse(cell.center(), cell.width() / 9, cell.width() / 9);
            return;
        case Mark::Shape::Hollow:
        case Mark::Shape::Dotted:
            painter.setPen(
                QPen(mark.color, 1.6, mark.shape == Mark::Shape::Hollow ? Qt::SolidLine : Qt::DotLine));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(cell.adjusted(0.8, 0.8, -0.8, -0.8), radius, radius);
            return;
        default:
            painter.setPen(Qt::NoPen);
            painter.setBrush(mark.color);
            painter.drawRoundedRect(cell, radius, radius);
            paintSign(painter, cell, mark.shape);
    }
}

StateGrid::StateGrid(int cell_size, const QString& accessible_name, QWidget* parent)
    : QWidget(parent), m_cell(cell_size) {
    setAccessibleName(accessible_name);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void StateGrid::setCells(QList<Cell> cells) {
    const bool resized = cells.size() != m_cells.size();
    m_cells = std::move(cells);
    if (resized) updateGeometry();
    update();
}

void StateGrid::setLegend(QList<Entry> legend) {
    m_legend = std::move(legend);
    QStringList texts;
    for (const Entry& entry : m_legend)
        texts << entry.text;
    setAccessibleDescription(texts.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

int StateGrid::heightForWidth(int width) const {
    const int rows = (int(m_cells.size()) + columns(width) - 1) / columns(width);
    return layOutLegend(width, nullptr, rows * m_cell + (rows > 0 ? 8 : 0));
}

int StateGrid::layOutLegend(int width, QPainter* painter, int top) const {
    const QFontMetricsF metrics(Theme::small(font()));
    const double row = metrics.height() + 6;
    double x = 0;
    double y = top;
    for (const Entry& entry : m_legend) {
        const double wide = metrics.horizontalAdvance(entry.text) + 36;
        if (x > 0 && x + wide > width) {
            x = 0;
            y += row;
        }
        if (painter) {
            paintMark(*painter, QRectF(x + 1, y + (row - 12) / 2, 12, 12), entry.mark);
            painter->setPen(Theme::colors().muted);
            painter->drawText(QRectF(x + 19, y, wide, row), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
        }
        x += wide;
    }
    return int(y + (m_legend.isEmpty() ? 0 : row));
}

void StateGrid::fit() {
    if (m_least == 0) return;
    for (m_cell = m_most; m_cell > m_least; --m_cell) {
        const int rows = (int(m_cells.size()) + columns(width()) - 1) / columns(width());
        if (layOutLegend(width(), nullptr, rows * m_cell + 8) <= height()) return;
    }
}

void StateGrid::paintEvent(QPaintEvent*) {
    fit();
    QPainter painter(this);
    painter.setFont(Theme::small(font()));
    if (!isEnabled()) painter.setOpacity(faded_opacity);
    const int wide = columns(width());
    const double gap = m_cell > 20 ? 5 : m_cell > 12 ? 4 : m_cell > 8 ? 2 : 1;
    for (int i = 0; i < m_cells.size(); ++i) {
        const QRectF cell(i % wide * m_cell, i / wide * m_cell, m_cell - gap, m_cell - gap);
        paintMark(painter, cell, m_cells[i].mark);
        if (m_cells[i].badge) {
            painter.setPen(QPen(Theme::colors().surface, 1.2));
            painter.setBrush(Theme::colors().text);
            painter.drawEllipse(cell.topRight() + QPointF(-2.5, 3), 3.5, 3.5);
        }
    }
    const int rows = (int(m_cells.size()) + wide - 1) / wide;
    layOutLegend(width(), &painter, rows * m_cell + (rows > 0 ? 8 : 0));
}

bool StateGrid::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int index = help->y() / m_cell * columns(width()) + help->x() / m_cell;
    const bool inside = help->x() / m_cell < columns(width()) && index >= 0 && index < m_cells.size();
    if (inside && !m_cells[index].tip.isEmpty()) {
        QToolTip::showText(help->globalPos(), plainTip(m_cells[index].tip), this);
    } else {
        QToolTip::hideText();
    }
    return true;
}

}  // namespace boardwalk::desktop
