#include "desktop/ui/board_delegate.hpp"

#include <QPainter>

#include "desktop/core/list/board_list_model.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int row_height = 52;
constexpr int row_gap = 4;
constexpr int text_left = 30;
}  // namespace

void paintPresence(QPainter& painter, const QPointF& centre, BoardLink::Presence presence) {
    const Colors& colors = Theme::colors();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    switch (presence) {
        case BoardLink::Presence::Online:
            painter.setPen(Qt::NoPen);
            painter.setBrush(colors.good);
            painter.drawEllipse(centre, 4.5, 4.5);
            break;
        case BoardLink::Presence::Offline:
            painter.setPen(QPen(colors.muted, 1.6));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(centre, 3.8, 3.8);
            break;
        case BoardLink::Presence::Unknown:
            painter.setPen(QPen(colors.muted, 1.4, Qt::DotLine));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(centre, 3.8, 3.8);
            break;
    }
    painter.restore();
}

void BoardDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const Colors& colors = Theme::colors();
    const QRectF row = QRectF(option.rect).adjusted(0, 0, 0, -row_gap);
    const auto presence = BoardLink::Presence(index.data(BoardListModel::PresenceRole).toInt());
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
        QColor fill = colors.selection;
        if (!(option.state & QStyle::State_Selected)) fill.setAlphaF(0.5F);
        painter->setPen(Qt::NoPen);
        painter->setBrush(fill);
        painter->drawRoundedRect(row, 7, 7);
    }
    if ((option.state & QStyle::State_HasFocus) && (option.state & QStyle::State_KeyboardFocusChange)) {
        painter->setPen(QPen(colors.accent, 1.5));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(row.adjusted(1, 1, -1, -1), 6, 6);
    }
    paintPresence(*painter, {row.left() + 15, row.center().y()}, presence);

    const QRectF text = row.adjusted(text_left, 7, -10, -7);
    const QFont name = Theme::bold(option.font);
    painter->setFont(name);
    painter->setPen(presence == BoardLink::Presence::Offline ? colors.muted : colors.text);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignTop,
                      QFontMetricsF(name).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    const QFont address = Theme::small(option.font);
    painter->setFont(address);
    const QString note = index.data(BoardListModel::NoteRole).toString();
    const QString address_text = index.data(BoardListModel::AddressRole).toString();
    const bool nameless = address_text == index.data().toString();
    const QString where = !nameless                                  ? address_text
                          : presence == BoardLink::Presence::Unknown ? tr("looking…")
                                                                     : tr("no name known");
    const QVariant claimed = index.data(BoardListModel::ClaimedRole);
    const QString owner = claimed.isValid() && !claimed.toBool() ? tr(" · nobody owns it") : QString();
    painter->setPen(note.isEmpty() ? colors.muted : colors.warn);
    // What a person should know comes first where there is no room for both; the tooltip has all of it.
    painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                      note.isEmpty()
                          ? QFontMetricsF(address).elidedText(where + owner, Qt::ElideMiddle, text.width())
                          : QFontMetricsF(address).elidedText(note, Qt::ElideRight, text.width()));
    painter->restore();
}

QSize BoardDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {120, row_height + row_gap};
}

}  // namespace boardwalk::desktop
