#include "desktop/core/list/board_list_model.hpp"

#include <QPointer>
#include <algorithm>
#include <utility>

#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

std::shared_ptr<BoardLink> makeLink(const QUrl& url, HttpClient& client, RequestTracker& tracker) {
    // The caller that lets go of the last reference may run inside one of the object's own functions, so it
    // is deleted when the loop turns.
    return {new BoardLink(url, client, tracker), [](BoardLink* link) {
                link->retire();
                link->deleteLater();
            }};
}

}  // namespace

BoardListModel::BoardListModel(BoardStore store, HttpClient& client, RequestTracker& tracker, QObject* parent)
    : QAbstractListModel(parent), m_client(client), m_tracker(tracker), m_saved(std::move(store)) {
    connect(&m_saved, &SavedBoards::stored, this, &BoardListModel::onStored);
    connect(&m_saved, &SavedBoards::failed, this, &BoardListModel::saveFailed);
}

BoardListModel::~BoardListModel() {
    for (const BoardRow& row : m_rows) {
        row.link->disconnect(this);
        row.link->retire();
    }
}

QString BoardListModel::load() { return m_saved.load(); }

int BoardListModel::addTyped(const QUrl& url) {
    int row = rowOf(url);
    // When another board has taken the address that a person types, the board that answers there now is
    // meant.
    if (row >= 0 && m_rows[std::size_t(row)].isTaken()) {
        const auto& there = m_rows[std::size_t(row)].link->other();
        row = there ? rowOfId(m_rows, qt(there->id)) : -1;
    }
    if (row < 0) row = append({url, {}, {}});
    BoardRow& board = m_rows[std::size_t(row)];
    const SavedBoard entry{url, board.known.id, board.known.name};
    if (!board.saved.contains(entry)) board.saved.append(entry);
    if (!board.known.id.isEmpty()) board.link->expect(board.known.id);
    tell(row);
    m_saved.add(entry);
    return row;
}

int BoardListModel::addForNow(const QUrl& url) {
    int row = rowOf(url);
    if (row < 0) row = append({url, {}, {}});
    m_rows[std::size_t(row)].asked = true;
    return row;
}

void BoardListModel::keepAddress(int row) {
    if (row < 0 || row >= rowCount() || !m_rows[std::size_t(row)].isMoved()) return;
    BoardRow& board = m_rows[std::size_t(row)];
    const QUrl now = board.link->url();
    const SavedBoard old = std::exchange(board.saved.first(), {now, board.known.id, board.known.name});
    board.known.url = now;
    tell(row);
    m_saved.move(old, now);
}

void BoardListModel::addFound(const QUrl& url, const QString& id, const QString& name) {
    int row = id.isEmpty() ? -1 : rowOfId(m_rows, id);
    if (row < 0) {
        row = rowOf(url);
        if (row >= 0 && !m_rows[std::size_t(row)].known.id.isEmpty()) row = -1;  // of another board
    }
    const bool fresh = row < 0;
    if (fresh && countUnasked(m_rows) >= unasked_max) return;
    if (fresh) row = append({url, id, name});
    BoardRow& board = m_rows[std::size_t(row)];
    board.announced = true;
    board.announcedUrl = url;
    if (fresh) return;
    if (board.isOffline() && board.link->url() != url) {
        board.link->setUrl(url);  // for now: what is remembered stays
    } else if (board.isOffline() || (!name.isEmpty() && name != board.known.name)) {
        board.link->refresh();
    } else if (board.isOnline() && board.link->url() != url && rowOf(url) < 0) {
        askWho(row, url);
    }
}

/// Something has the id of this board at another address: the same board, or another one with a copied id?
void BoardListModel::askWho(int row, const QUrl& url) {
    m_rows[std::size_t(row)].addOtherUrl(url);  // not with each announcement
    HttpCall call;
    call.url = BoardRequests::resolved(url, qt(protocol::paths::info));
    call.urgency = Urgency::Visible;
    call.bytes_max = BoardRequests::info_bytes_max;
    m_client.send(call, [self = QPointer(this), url](const HttpAnswer& answer) {
        const auto info = protocol::decode<protocol::Info>(view(answer.body));
        if (!self || !answer.ok() || !info) return;
        const int there = rowOfId(self->m_rows, qt(info->id));
        if (there < 0) return;
        BoardRow& board = self->m_rows[std::size_t(there)];
        if (!board.link->info() || board.link->info()->boot_id == info->boot_id) return;
        board.otherUrls.removeAll(url);
        self->append({url, {}, qt(info->name)});  // and `reconcile` says what there is to say
    });
}

void BoardListModel::dropFound(const QString& id) {
    const int row = rowOfId(m_rows, id);
    if (row < 0) return;
    m_rows[std::size_t(row)].announced = false;
    m_rows[std::size_t(row)].link->refresh();
    pruneLater();
}

int BoardListModel::append(const SavedBoard& known, const QList<SavedBoard>& saved) {
    const int row = rowCount();
    beginInsertRows({}, row, row);
    BoardRow board;
    board.known = known;
    board.known.name = qt(clipped(known.name.toStdString(), name_characters_max));
    board.saved = saved;
    board.link = makeLink(board.known.url, m_client, m_tracker);
    board.link->access().setStore(m_tokens);
    board.link->expect(board.known.id);
    board.link->setVisible(m_visible.contains(row));
    watch(board.link.get());
    m_rows.push_back(std::move(board));
    endInsertRows();
    return row;
}

void BoardListModel::watch(BoardLink* link) {
    const auto inRow = [this, link](void (BoardListModel::*what)(int)) {
        return [this, link, what] {
            if (const int row = rowOf(link); row >= 0) (this->*what)(row);
        };
    };
    connect(link, &BoardLink::presenceChanged, this, inRow(&BoardListModel::onPresence));
    connect(link, &BoardLink::urlChanged, this, inRow(&BoardListModel::tell));
    connect(link, &BoardLink::infoChanged, this, inRow(&BoardListModel::learn));
    connect(link, &BoardLink::confirmed, this, inRow(&BoardListModel::reconcile));
    connect(link, &BoardLink::missed, this, inRow(&BoardListModel::onMissed));
}

void BoardListModel::tell(int row) { Q_EMIT dataChanged(index(row), index(row)); }

void BoardListModel::onPresence(int row) {
    BoardRow& board = m_rows[std::size_t(row)];
    if (!board.isOnline()) board.twin.clear();
    tell(row);
    if (!board.isOffline()) return;
    pruneLater();
    if (board.isTaken()) showOther(row);
}

/// Another board has this one's address: it gets a row of its own.
void BoardListModel::showOther(int row) {
    const auto& other = m_rows[std::size_t(row)].link->other();
    if (!other || rowOfId(m_rows, qt(other->id)) >= 0) return;
    const QUrl url = m_rows[std::size_t(row)].link->url();
    const auto here =
        std::ranges::count_if(m_rows, [&url](const BoardRow& each) { return each.link->url() == url; });
    if (here > 1) return;  // one that changes its id with each answer gets no row with each
    append({url, {}, qt(other->name)});
}

/// It does not answer where it is asked: the next of its addresses is tried at its next turn.
void BoardListModel::onMissed(int row) {
    const BoardRow& board = m_rows[std::size_t(row)];
    board.link->setUrl(board.nextUrl(), true);
}

void BoardListModel::learn(int row) {
    BoardRow& board = m_rows[std::size_t(row)];
    const protocol::Info& info = *board.link->info();
    board.known.id = qt(info.id);
    board.known.name = qt(info.name);
    for (SavedBoard& saved : board.saved) {
        if (saved.id == board.known.id && saved.name == board.known.name) continue;
        saved = {saved.url, board.known.id, board.known.name};
        m_saved.learnSoon(saved);
    }
    // From now on it is this board. One that is there for this run only is whatever answers.
    if (!board.saved.isEmpty() || board.announced) board.link->expect(board.known.id);
    tell(row);
}

/// One board in two rows becomes one row; two boards with one id are said to be that.
void BoardListModel::reconcile(int row) {
    if (!m_rows[std::size_t(row)].link->info()) return;
    QString twin;
    for (const Likeness& like : findLike(m_rows, row)) {
        BoardRow& there = m_rows[std::size_t(like.row)];
        if (like.kind == Likeness::Kind::Same) {
            const auto [first, later] = std::minmax(row, like.row);
            const bool keepLater =
                m_rows[std::size_t(later)].standing() > m_rows[std::size_t(first)].standing();
            return merge(keepLater ? later : first, keepLater ? first : later);
        }
        if (like.kind == Likeness::Kind::Unclear) {
            there.link->refresh();
            continue;
        }
        twin = there.address();
        there.twin = m_rows[std::size_t(row)].address();
        tell(like.row);
    }
    if (std::exchange(m_rows[std::size_t(row)].twin, twin) != twin) tell(row);
}

void BoardListModel::merge(int keep, int drop) {
    m_rows[std::size_t(keep)].absorb(m_rows[std::size_t(drop)]);
    tell(keep);
    removeRow(drop);
}

void BoardListModel::pruneLater() {
    if (std::exchange(m_pruning, true)) return;
    QMetaObject::invokeMethod(this, &BoardListModel::prune, Qt::QueuedConnection);
}

/// Rows of boards that nothing asks for, and that have left, go.
void BoardListModel::prune() {
    m_pruning = false;
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (m_rows[std::size_t(row)].mayGo()) removeRow(row);
    }
}

void BoardListModel::removeRow(int row) {
    beginRemoveRows({}, row, row);
    const BoardRow gone = std::move(m_rows[std::size_t(row)]);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
    gone.link->disconnect(this);
    gone.link->retire();  // also when a view still holds it
}

void BoardListModel::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    const QList<SavedBoard> entries = m_rows[std::size_t(row)].saved;
    removeRow(row);
    if (!entries.isEmpty()) m_saved.remove(entries);
}

void BoardListModel::setVisibleRows(const QSet<int>& rows) {
    m_visible = rows;
    for (int row = 0; row < rowCount(); ++row)
        m_rows[std::size_t(row)].link->setVisible(rows.contains(row));
}

void BoardListModel::setHeld(BoardLink* link, bool held) {
    const int row = rowOf(link);
    if (row < 0) return;
    m_rows[std::size_t(row)].held = held;
    if (!held) pruneLater();
}

void BoardListModel::setActivity(BoardLink* link, const QString& activity) {
    const int row = rowOf(link);
    if (row >= 0 && std::exchange(m_rows[std::size_t(row)].activity, activity) != activity) tell(row);
}

BoardLink* BoardListModel::link(int row) const { return share(row).get(); }

std::shared_ptr<BoardLink> BoardListModel::share(int row) const {
    return row < 0 || row >= rowCount() ? nullptr : m_rows[std::size_t(row)].link;
}

QVariant BoardListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const BoardRow& board = m_rows[std::size_t(index.row())];
    switch (role) {
        case Qt::DisplayRole: return board.text();
        case AddressRole: return board.address();
        case UrlRole: return board.link->url();
        case PresenceRole: return int(board.link->presence());
        case SavedRole: return !board.saved.isEmpty();
        case MovedRole: return board.isMoved();
        case NoteRole: return board.note();
        case IdRole: return board.known.id;
        case ClaimedRole: return board.claimed() ? QVariant(*board.claimed()) : QVariant();
        case ActivityRole: return board.activity;
        case Qt::ToolTipRole: return board.toolTip();
        case Qt::AccessibleTextRole: return board.accessibleText();
        default: return {};
    }
}

/// The store's content is the truth about what is remembered: other windows write it too.
void BoardListModel::onStored(const QList<SavedBoard>& stored) {
    for (int row = 0; row < rowCount(); ++row) {
        if (m_rows[std::size_t(row)].forgetUnless(stored)) tell(row);
    }
    for (const SavedBoard& there : stored) {
        if (std::ranges::none_of(m_rows, [&there](const BoardRow& row) { return row.holds(there); }))
            append(there, {there});
    }
}

}  // namespace boardwalk::desktop
