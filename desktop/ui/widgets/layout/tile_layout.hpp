#pragma once

#include <QLayout>
#include <vector>

namespace boardwalk::desktop {

/// Tiles of equal width in as many columns as fit; the rows are filled evenly, so that nine tiles become 5 +
/// 4 and never 8 + 1.
class TileLayout : public QLayout {
    Q_OBJECT

public:
    TileLayout(QWidget* parent, int least_width, int spacing);
    ~TileLayout() override;

    void addItem(QLayoutItem* item) override;
    [[nodiscard]] int count() const override { return int(m_items.size()); }
    [[nodiscard]] QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return Qt::Horizontal; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    void setGeometry(const QRect& rect) override;
    [[nodiscard]] QSize sizeHint() const override { return minimumSize(); }
    [[nodiscard]] QSize minimumSize() const override;

private:
    [[nodiscard]] int leastWidth() const;
    [[nodiscard]] int columns(int width) const;
    [[nodiscard]] int rowHeight() const;

    /// Grows with the widest tile that was ever seen: a figure that gains a digit must not make the grid
    /// jump.
    mutable int m_leastWidth;
    std::vector<QLayoutItem*> m_items;
};

}  // namespace boardwalk::desktop
