#pragma once

#include <QStyledItemDelegate>

#include "desktop/core/board/board_link.hpp"

class QPainter;

namespace boardwalk::desktop {

/// The dot of a board: filled while online, a ring while offline, a dashed ring while that is not known.
void paintPresence(QPainter& painter, const QPointF& centre, BoardLink::Presence presence);

/// Name, address and dot of one board in the list.
class BoardDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace boardwalk::desktop
