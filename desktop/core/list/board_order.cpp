#include "desktop/core/list/board_order.hpp"

#include <algorithm>

#include "desktop/core/list/board_list_model.hpp"

namespace boardwalk::desktop {

BoardOrder::BoardOrder(BoardListModel& boards, QObject* parent)
    : QSortFilterProxyModel(parent), m_boards(boards) {
    m_collator.setNumericMode(true);  // board 9 comes before board 10
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    setSourceModel(&boards);
    sort(0);
}

void BoardOrder::search(const QString& words) {
    m_words = words.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void BoardOrder::keep(const BoardLink* link) {
    if (m_kept == link) return;
    m_kept = link;
    // Later: rows may be about to go just now, which is why another board is shown.
    if (!m_words.isEmpty())
        QMetaObject::invokeMethod(this, [this] { invalidateFilter(); }, Qt::QueuedConnection);
}

bool BoardOrder::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex board = m_boards.index(row, 0, parent);
    const QString all = board.data().toString() + u'\n' + board.data(BoardListModel::AddressRole).toString();
    return m_boards.link(row) == m_kept || std::ranges::all_of(m_words, [&all](const QString& word) {
               return all.contains(word, Qt::CaseInsensitive);
           });
}

bool BoardOrder::lessThan(const QModelIndex& a, const QModelIndex& b) const {
    if (const int order = m_collator.compare(a.data().toString(), b.data().toString()); order != 0)
        return order < 0;
    return m_collator.compare(a.data(BoardListModel::AddressRole).toString(),
                              b.data(BoardListModel::AddressRole).toString()) < 0;
}

}  // namespace boardwalk::desktop
