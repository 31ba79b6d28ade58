#include "desktop/core/board_list_model.hpp"

#include <utility>

#include "desktop/core/board_address.hpp"
#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

BoardListModel::BoardListModel(BoardStore store, RequestTracker& tracker, QObject* parent)
    : QAbstractListModel(parent), m_store(std::move(store)), m_tracker(tracker) {}

QString BoardListModel::load() {
    const BoardStore::Loaded loaded = m_store.load();
    for (const SavedBoard& board : loaded.boards) {
        if (rowOf(board.url) < 0) append(board, true);
    }
    return loaded.warning;
}

int BoardListModel::addTyped(const QUrl& url) {
    int row = rowOf(url);
    if (row < 0) row = append({url, {}, {}}, true);
    m_boards[std::size_t(row)].saved = true;
    Q_EMIT dataChanged(index(row), index(row), {SavedRole});
    save();
    return row;
}

int BoardListModel::addForNow(const QUrl& url) {
    const int row = rowOf(url);
    return row < 0 ? append({url, {}, {}}, false) : row;
}

void BoardListModel::addFound(const QUrl& url, const QString& id, const QString& name) {
    int row = id.isEmpty() ? -1 : rowOfId(id);
    if (row < 0) row = rowOf(url);
    if (row < 0) {
        row = append({url, id, name}, false);
        m_boards[std::size_t(row)].announced = true;
        return;
    }
    Board& board = m_boards[std::size_t(row)];
    board.announced = true;
    // What a person typed stays as long as it works; when it does not, what discovery says is better.
    if (board.known.url != url && board.link->presence() == BoardLink::Presence::Offline) {
        board.known.url = url;
        board.link = std::make_unique<BoardLink>(url, m_tracker);
        watch(board.link.get());
        Q_EMIT dataChanged(index(row), index(row));
        Q_EMIT linkReplaced(row);
        if (board.saved) save();
    } else {
        board.link->reload();
    }
}

void BoardListModel::dropFound(const QString& id) {
    const int row = rowOfId(id);
    if (row < 0) return;
    m_boards[std::size_t(row)].announced = false;
    m_boards[std::size_t(row)].link->reload();
}

int BoardListModel::append(const SavedBoard& known, bool saved) {
    const int row = rowCount();
    beginInsertRows({}, row, row);
    Board board{known, saved, false, std::make_unique<BoardLink>(known.url, m_tracker)};
    watch(board.link.get());
    m_boards.push_back(std::move(board));
    endInsertRows();
    return row;
}

void BoardListModel::watch(BoardLink* link) {
    connect(link, &BoardLink::presenceChanged, this, [this, link] {
        const int row = rowOf(link);
        Q_EMIT dataChanged(index(row), index(row), {PresenceRole, Qt::ToolTipRole});
    });
    connect(link, &BoardLink::infoChanged, this, [this, link] { learn(rowOf(link)); });
}

void BoardListModel::learn(int row) {
    SavedBoard& known = m_boards[std::size_t(row)].known;
    const protocol::Info& info = *m_boards[std::size_t(row)].link->info();
    const SavedBoard now{known.url, qt(info.id), qt(info.name)};
    if (now != known) {
        known = now;
        if (m_boards[std::size_t(row)].saved) save();
    }
    Q_EMIT dataChanged(index(row), index(row));
}

void BoardListModel::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    beginRemoveRows({}, row, row);
    // The link may be on the stack below us: it goes when the loop turns.
    m_boards[std::size_t(row)].link.release()->deleteLater();
    m_boards.erase(m_boards.begin() + row);
    endRemoveRows();
    save();
}

BoardLink* BoardListModel::link(int row) const {
    return row < 0 || row >= rowCount() ? nullptr : m_boards[std::size_t(row)].link.get();
}

int BoardListModel::rowOf(const QUrl& url) const {
    for (std::size_t i = 0; i < m_boards.size(); ++i) {
        if (m_boards[i].known.url == url) return int(i);
    }
    return -1;
}

int BoardListModel::rowOf(const BoardLink* link) const {
    for (std::size_t i = 0; i < m_boards.size(); ++i) {
        if (m_boards[i].link.get() == link) return int(i);
    }
    return -1;
}

int BoardListModel::rowOfId(const QString& id) const {
    for (std::size_t i = 0; i < m_boards.size(); ++i) {
        if (m_boards[i].known.id == id) return int(i);
    }
    return -1;
}

int BoardListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_boards.size());
}

QVariant BoardListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Board& board = m_boards[std::size_t(index.row())];
    const auto presence = board.link->presence();
    const QString address = displayAddress(board.known.url);
    const QString name = board.known.name.isEmpty() ? address : board.known.name;
    switch (role) {
        case Qt::DisplayRole: return name;
        case AddressRole: return address;
        case UrlRole: return board.known.url;
        case PresenceRole: return int(presence);
        case SavedRole: return board.saved;
        case Qt::ToolTipRole:
            return presence == BoardLink::Presence::Offline ? board.link->reason() : QString();
        case Qt::AccessibleTextRole:
            return tr("%1, %2, %3")
                .arg(name, address,
                     presence == BoardLink::Presence::Online    ? tr("online")
                     : presence == BoardLink::Presence::Offline ? tr("offline")
                                                                : tr("looking"));
        default: return {};
    }
}

void BoardListModel::save() {
    QList<SavedBoard> saved;
    for (const Board& board : m_boards) {
        if (board.saved) saved.append(board.known);
    }
    if (const QString why = m_store.save(saved); !why.isEmpty()) Q_EMIT saveFailed(why);
}

}  // namespace boardwalk::desktop
