#include "desktop/ui/widgets/layout/tile_layout.hpp"

#include <QWidget>
#include <algorithm>

namespace boardwalk::desktop {

TileLayout::TileLayout(QWidget* parent, int least_width, int spacing)
    : QLayout(parent), m_leastWidth(least_width) {
    setContentsMargins(0, 0, 0, 0);
    setSpacing(spacing);
}

TileLayout::~TileLayout() {
    for (QLayoutItem* item : m_items)
        delete item;
}

void TileLayout::addItem(QLayoutItem* item) { m_items.push_back(item); }

QLayoutItem* TileLayout::itemAt(int index) const {
    return index < 0 || index >= count() ? nullptr : m_items[std::size_t(index)];
}

QLayoutItem* TileLayout::takeAt(int index) {
    QLayoutItem* item = itemAt(index);
    if (item) m_items.erase(m_items.begin() + index);
    return item;
}

int TileLayout::leastWidth() const {
    for (const QLayoutItem* item : m_items)
        m_leastWidth = std::max(m_leastWidth, item->sizeHint().width());
    return m_leastWidth;
}

int TileLayout::columns(int width) const {
    const int fit = std::max(1, (width + spacing()) / (leastWidth() + spacing()));
    const int rows = std::max(1, (count() + fit - 1) / fit);
    return std::max(1, (count() + rows - 1) / rows);
}

int TileLayout::rowHeight() const {
    int height = 0;
    for (const QLayoutItem* item : m_items)
        height = std::max(height, item->sizeHint().height());
    return height;
}

int TileLayout::heightForWidth(int width) const {
    if (m_items.empty()) return 0;
    const int wide = columns(width);
    const int rows = (count() + wide - 1) / wide;
    return rows * rowHeight() + (rows - 1) * spacing();
}

void TileLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    const int wide = columns(rect.width());
    const int height = rowHeight();
    for (int i = 0; i < count(); ++i) {
        // Edges from whole fractions: the last column ends exactly at the right.
        const int column = i % wide;
        const int left = column * (rect.width() + spacing()) / wide;
        const int right = (column + 1) * (rect.width() + spacing()) / wide - spacing();
        m_items[std::size_t(i)]->setGeometry(
            {rect.left() + left, rect.top() + i / wide * (height + spacing()), right - left, height});
    }
}

QSize TileLayout::minimumSize() const { return {leastWidth(), m_items.empty() ? 0 : rowHeight()}; }

}  // namespace boardwalk::desktop
