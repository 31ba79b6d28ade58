#pragma once

#include <QCollator>
#include <QSortFilterProxyModel>

namespace boardwalk::desktop {

class BoardLink;
class BoardListModel;

/// The list as a person reads it: by name, then by address, whatever order the boards were found in; and of a
/// search, those whose name or address holds all its words.
class BoardOrder : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit BoardOrder(BoardListModel& boards, QObject* parent = nullptr);

    void search(const QString& words);
    /// This board stays in the list whatever is searched for: it is the one that is shown.
    void keep(const BoardLink* link);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex& a, const QModelIndex& b) const override;

private:
    BoardListModel& m_boards;
    const BoardLink* m_kept = nullptr;  ///< compared only
    QStringList m_words;
    QCollator m_collator;
};

}  // namespace boardwalk::desktop
