#include "desktop/core/board_list_model.hpp"

#include <QPointer>
#include <QRegularExpression>
#include <algorithm>
#include <utility>

#include "desktop/core/board_address.hpp"
#include "desktop/core/text.hpp"
#include "shared/messages_json.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int save_learned_ms = 500;    // many boards answer at once after a start: one write
constexpr qint64 fresh_info_ms = 6000;  // older than this, what a board said of itself is asked again
constexpr qsizetype other_urls_max = 8;

std::shared_ptr<BoardLink> makeLink(const QUrl& url, HttpClient& client, RequestTracker& tracker) {
    // It may be on the stack below whoever lets go of it last: it goes when the loop turns.
    return {new BoardLink(url, client, tracker), [](BoardLink* link) {
                link->retire();
                link->deleteLater();
            }};
}

}  // namespace

BoardListModel::BoardListModel(BoardStore store, HttpClient& client, RequestTracker& tracker, QObject* parent)
    : QAbstractListModel(parent), m_store(std::move(store)), m_client(client), m_tracker(tracker) {
    m_saveLearned.setSingleShot(true);
    m_saveLearned.setInterval(save_learned_ms);
    connect(&m_saveLearned, &QTimer::timeout, this, &BoardListModel::saveLearned);
}

BoardListModel::~BoardListModel() {
    if (!m_learned.isEmpty()) m_store.learn(std::exchange(m_learned, {}));
    for (const Board& board : m_boards) {
        board.link->disconnect(this);
        board.link->retire();
    }
}

QString BoardListModel::load() {
    const BoardStore::Loaded loaded = m_store.load();
    save({loaded.boards, {}});
    return loaded.warning;
}

int BoardListModel::addTyped(const QUrl& url) {
    int row = rowOf(url);
    // Who types the address of a board that another one has taken means the one that is there.
    if (row >= 0 && m_boards[std::size_t(row)].link->away() == BoardLink::Away::AnotherBoard &&
        m_boards[std::size_t(row)].link->presence() == BoardLink::Presence::Offline) {
        const auto& there = m_boards[std::size_t(row)].link->other();
        const int known = there ? rowOfId(qt(there->id)) : -1;
        row = known >= 0 ? known : append({url, {}, {}});
    }
    if (row < 0) row = append({url, {}, {}});
    Board& board = m_boards[std::size_t(row)];
    const SavedBoard entry{url, board.known.id, board.known.name};
    if (!board.saved.contains(entry)) board.saved.append(entry);
    if (!board.known.id.isEmpty()) board.link->expect(board.known.id);
    tell(row);
    save(m_store.add(entry));
    return row;
}

int BoardListModel::addForNow(const QUrl& url) {
    int row = rowOf(url);
    if (row < 0) row = append({url, {}, {}});
    m_boards[std::size_t(row)].asked = true;
    return row;
}

void BoardListModel::keepAddress(int row) {
    if (row < 0 || row >= rowCount() || !isMoved(m_boards[std::size_t(row)])) return;
    Board& board = m_boards[std::size_t(row)];
    const QUrl now = board.link->url();
    const SavedBoard old = std::exchange(board.saved.first(), {now, board.known.id, board.known.name});
    board.known.url = now;
    tell(row);
    save(m_store.move(old, now));
}

void BoardListModel::addFound(const QUrl& url, const QString& id, const QString& name) {
    int row = id.isEmpty() ? -1 : rowOfId(id);
    if (row < 0) {
        row = rowOf(url);
        if (row >= 0 && !m_boards[std::size_t(row)].known.id.isEmpty()) row = -1;  // of another board
    }
    if (row < 0) {
        const auto unasked = std::ranges::count_if(
            m_boards, [](const Board& each) { return each.saved.isEmpty() && !each.asked; });
        if (unasked >= unasked_max) return;
        Board& fresh = m_boards[std::size_t(append({url, id, name}))];
        fresh.announced = true;
        fresh.announced_url = url;
        return;
    }
    Board& board = m_boards[std::size_t(row)];
    board.announced = true;
    board.announced_url = url;
    const bool offline = board.link->presence() == BoardLink::Presence::Offline;
    if (offline && board.link->url() != url) {
        board.link->setUrl(url);  // for now: what is remembered stays
    } else if (offline || (!name.isEmpty() && name != board.known.name)) {
        board.link->refresh();
    } else if (board.link->presence() == BoardLink::Presence::Online && board.link->url() != url &&
               board.known.url != url && !board.other_urls.contains(url) && rowOf(url) < 0) {
        askWho(row, url);
    }
}

/// Somebody has the id of this board at another address: the same board, or another one with a copied id?
void BoardListModel::askWho(int row, const QUrl& url) {
    addOtherUrl(m_boards[std::size_t(row)], url);  // not with each announcement
    HttpCall call;
    call.url = BoardHttp::resolved(url, qt(protocol::paths::info));
    call.urgency = Urgency::Visible;
    call.bytes_max = BoardHttp::info_bytes_max;
    m_client.send(call, [self = QPointer(this), url](const HttpAnswer& answer) {
        const auto info = protocol::decode<protocol::Info>(view(answer.body));
        if (!self || !answer.ok() || !info) return;
        const int there = self->rowOfId(qt(info->id));
        if (there < 0) return;
        Board& board = self->m_boards[std::size_t(there)];
        if (!board.link->info() || board.link->info()->boot_id == info->boot_id) return;
        board.other_urls.removeAll(url);
        self->append({url, {}, qt(info->name)});  // and `reconcile` says what there is to say
    });
}

void BoardListModel::addOtherUrl(Board& board, const QUrl& url) {
    if (url == board.known.url || board.other_urls.contains(url)) return;
    if (board.other_urls.size() == other_urls_max) board.other_urls.removeFirst();
    board.other_urls.append(url);
}

void BoardListModel::dropFound(const QString& id) {
    const int row = rowOfId(id);
    if (row < 0) return;
    m_boards[std::size_t(row)].announced = false;
    m_boards[std::size_t(row)].link->refresh();
    pruneLater();
}

int BoardListModel::append(const SavedBoard& known, const QList<SavedBoard>& saved) {
    const int row = rowCount();
    beginInsertRows({}, row, row);
    Board board;
    board.known = known;
    board.known.name = qt(clipped(known.name.toStdString(), name_characters_max));
    board.saved = saved;
    board.link = makeLink(board.known.url, m_client, m_tracker);
    board.link->expect(board.known.id);
    board.link->setVisible(row >= m_firstVisible && row <= m_lastVisible);
    watch(board.link.get());
    m_boards.push_back(std::move(board));
    endInsertRows();
    return row;
}

void BoardListModel::watch(BoardLink* link) {
    connect(link, &BoardLink::presenceChanged, this, [this, link] { onPresence(link); });
    connect(link, &BoardLink::urlChanged, this, [this, link] { tell(rowOf(link)); });
    connect(link, &BoardLink::infoChanged, this, [this, link] { learn(rowOf(link)); });
    connect(link, &BoardLink::confirmed, this, [this, link] { onConfirmed(link); });
    connect(link, &BoardLink::missed, this, [this, link] { onMissed(link); });
}

void BoardListModel::tell(int row) {
    if (row >= 0) Q_EMIT dataChanged(index(row), index(row));
}

void BoardListModel::onPresence(const BoardLink* link) {
    const int row = rowOf(link);
    if (row < 0) return;
    Board& board = m_boards[std::size_t(row)];
    if (link->presence() != BoardLink::Presence::Online) board.twin.clear();
    if (link->presence() == BoardLink::Presence::Offline) {
        if (link->away() == BoardLink::Away::AnotherBoard) showOther(row);
        pruneLater();
    }
    tell(row);
}

/// Another board has this one's address: it gets a row of its own.
void BoardListModel::showOther(int row) {
    const Board& board = m_boards[std::size_t(row)];
    const auto& other = board.link->other();
    if (!other || rowOfId(qt(other->id)) >= 0) return;
    const QUrl url = board.link->url();
    const auto here =
        std::ranges::count_if(m_boards, [&url](const Board& each) { return each.link->url() == url; });
    if (here > 1) return;  // one that changes its id with each answer gets no row with each
    append({url, {}, qt(other->name)});
}

void BoardListModel::onConfirmed(const BoardLink* link) {
    if (const int row = rowOf(link); row >= 0 && link->info()) reconcile(row);
}

/// It does not answer where it is asked: the next of its addresses is tried at its next turn.
void BoardListModel::onMissed(const BoardLink* link) {
    const int row = rowOf(link);
    if (row < 0) return;
    const Board& board = m_boards[std::size_t(row)];
    QList<QUrl> all{board.known.url};
    for (const SavedBoard& saved : board.saved) {
        if (!all.contains(saved.url)) all.append(saved.url);
    }
    if (board.announced && !all.contains(board.announced_url)) all.append(board.announced_url);
    if (all.size() > 1) board.link->setUrl(all[(all.indexOf(link->url()) + 1) % all.size()], true);
}

void BoardListModel::learn(int row) {
    if (row < 0) return;
    Board& board = m_boards[std::size_t(row)];
    const protocol::Info& info = *board.link->info();
    board.known.id = qt(info.id);
    board.known.name = qt(info.name);
    for (SavedBoard& saved : board.saved) {
        if (saved.id == board.known.id && saved.name == board.known.name) continue;
        saved = {saved.url, board.known.id, board.known.name};
        m_learned.append(saved);
        m_saveLearned.start();
    }
    // From now on it is this board. One that is there for this run only is whatever answers.
    if (!board.saved.isEmpty() || board.announced) board.link->expect(board.known.id);
    tell(row);
}

/// One board in two rows becomes one row; two boards with one id are said to be that. Returns whether rows
/// have changed.
bool BoardListModel::reconcile(int row) {
    const QString id = m_boards[std::size_t(row)].known.id;
    const std::string boot = m_boards[std::size_t(row)].link->info()->boot_id;
    QString twin;
    for (int other = 0; other < rowCount(); ++other) {
        const Board& there = m_boards[std::size_t(other)];
        if (other == row || there.known.id != id || !there.link->info() ||
            there.link->presence() != BoardLink::Presence::Online)
            continue;
        if (there.link->info()->boot_id == boot) {
            const bool keepLater = m_boards[std::size_t(std::max(row, other))].link->watched();
            merge(keepLater ? std::max(row, other) : std::min(row, other),
                  keepLater ? std::min(row, other) : std::max(row, other));
            return true;
        }
        if (there.link->infoAge_ms() > fresh_info_ms) {
            there.link->refresh();  // it may have been restarted since
            continue;
        }
        twin = displayAddress(there.link->url());
        m_boards[std::size_t(other)].twin = displayAddress(m_boards[std::size_t(row)].link->url());
        tell(other);
    }
    if (m_boards[std::size_t(row)].twin != twin) {
        m_boards[std::size_t(row)].twin = twin;
        tell(row);
    }
    return false;
}

void BoardListModel::merge(int keep, int drop) {
    Board& kept = m_boards[std::size_t(keep)];
    const Board& dropped = m_boards[std::size_t(drop)];
    for (const SavedBoard& saved : dropped.saved) {
        if (!kept.saved.contains(saved)) kept.saved.append(saved);
    }
    for (const QUrl& url : dropped.other_urls + QList<QUrl>{dropped.known.url, dropped.link->url()}) {
        addOtherUrl(kept, url);
    }
    kept.asked = kept.asked || dropped.asked;
    if (dropped.announced) {
        kept.announced = true;
        kept.announced_url = dropped.announced_url;
    }
    kept.twin.clear();
    if (!kept.saved.isEmpty()) kept.link->expect(kept.known.id);
    tell(keep);
    removeRow(drop);
}

void BoardListModel::pruneLater() {
    if (std::exchange(m_pruning, true)) return;
    QMetaObject::invokeMethod(this, &BoardListModel::prune, Qt::QueuedConnection);
}

/// Rows of boards that nobody asked for, and that have left, go.
void BoardListModel::prune() {
    m_pruning = false;
    for (int row = rowCount() - 1; row >= 0; --row) {
        const Board& board = m_boards[std::size_t(row)];
        if (board.saved.isEmpty() && !board.asked && !board.announced && !board.held &&
            board.link->presence() == BoardLink::Presence::Offline) {
            removeRow(row);
        }
    }
}

void BoardListModel::removeRow(int row) {
    beginRemoveRows({}, row, row);
    const Board gone = std::move(m_boards[std::size_t(row)]);
    m_boards.erase(m_boards.begin() + row);
    endRemoveRows();
    gone.link->disconnect(this);
    gone.link->retire();  // also when a view still holds it
}

void BoardListModel::remove(int row) {
    if (row < 0 || row >= rowCount()) return;
    const QList<SavedBoard> entries = m_boards[std::size_t(row)].saved;
    removeRow(row);
    if (!entries.isEmpty()) save(m_store.remove(entries));
}

void BoardListModel::setVisibleRows(int first, int last) {
    m_firstVisible = first;
    m_lastVisible = last;
    for (int row = 0; row < rowCount(); ++row)
        m_boards[std::size_t(row)].link->setVisible(row >= first && row <= last);
}

void BoardListModel::setHeld(BoardLink* link, bool held) {
    const int row = rowOf(link);
    if (row < 0) return;
    m_boards[std::size_t(row)].held = held;
    if (!held) pruneLater();
}

void BoardListModel::setActivity(BoardLink* link, const QString& activity) {
    const int row = rowOf(link);
    if (row < 0 || m_boards[std::size_t(row)].activity == activity) return;
    m_boards[std::size_t(row)].activity = activity;
    tell(row);
}

BoardLink* BoardListModel::link(int row) const { return share(row).get(); }

std::shared_ptr<BoardLink> BoardListModel::share(int row) const {
    return row < 0 || row >= rowCount() ? nullptr : m_boards[std::size_t(row)].link;
}

int BoardListModel::rowOf(const QUrl& url) const {
    for (std::size_t i = 0; i < m_boards.size(); ++i) {
        const Board& board = m_boards[i];
        const auto isHere = [&url](const SavedBoard& saved) { return saved.url == url; };
        if (board.known.url == url || board.other_urls.contains(url) ||
            std::ranges::any_of(board.saved, isHere))
            return int(i);
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

bool BoardListModel::isMoved(const Board& board) const {
    const auto isHere = [&board](const SavedBoard& saved) { return saved.url == board.link->url(); };
    return !board.saved.isEmpty() && board.link->presence() == BoardLink::Presence::Online &&
           std::ranges::none_of(board.saved, isHere);
}

QString BoardListModel::noteOf(const Board& board) const {
    QStringList notes;
    if (!board.activity.isEmpty()) notes << board.activity;
    if (!board.twin.isEmpty()) notes << tr("another board has the same id: %1").arg(board.twin);
    if (isMoved(board)) notes << tr("not at the saved address");
    if (board.link->presence() == BoardLink::Presence::Offline) {
        if (board.link->away() == BoardLink::Away::NotABoard) notes << tr("no board answers here");
        if (board.link->away() == BoardLink::Away::AnotherBoard) notes << tr("another board answers here");
        if (board.link->away() == BoardLink::Away::Refused) notes << tr("it refuses this app");
    }
    return notes.join(QStringLiteral(" · "));
}

QString BoardListModel::textOf(const Board& board) const {
    const QString name = printable(board.known.name).trimmed();
    return name.isEmpty() ? displayAddress(board.link->url()) : name;
}

int BoardListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_boards.size());
}

QVariant BoardListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Board& board = m_boards[std::size_t(index.row())];
    const auto presence = board.link->presence();
    switch (role) {
        case Qt::DisplayRole: return textOf(board);
        case AddressRole: return displayAddress(board.link->url());
        case UrlRole: return board.link->url();
        case PresenceRole: return int(presence);
        case SavedRole: return !board.saved.isEmpty();
        case MovedRole: return isMoved(board);
        case NoteRole: return noteOf(board);
        case Qt::ToolTipRole:
            return plainTip(presence == BoardLink::Presence::Offline ? board.link->reason() : noteOf(board));
        case Qt::AccessibleTextRole:
            return QStringList{textOf(board), displayAddress(board.link->url()),
                               presence == BoardLink::Presence::Online    ? tr("online")
                               : presence == BoardLink::Presence::Offline ? tr("offline")
                                                                          : tr("looking"),
                               noteOf(board)}
                .filter(QRegularExpression(QStringLiteral(".")))
                .join(QStringLiteral(", "));
        default: return {};
    }
}

/// The store's content is the truth about what is remembered: other windows write it too.
void BoardListModel::save(const BoardStore::Saved& saved) {
    if (!saved.ok()) {
        Q_EMIT saveFailed(saved.error);
        return;
    }
    const auto same = [](const SavedBoard& a, const SavedBoard& b) {
        return a.url == b.url && (a.id == b.id || a.id.isEmpty() || b.id.isEmpty());
    };
    for (int row = 0; row < rowCount(); ++row) {
        Board& board = m_boards[std::size_t(row)];
        const auto gone = [&](const SavedBoard& each) {
            return std::ranges::none_of(saved.boards,
                                        [&](const SavedBoard& there) { return same(there, each); });
        };
        if (board.saved.removeIf(gone) > 0) tell(row);
    }
    for (const SavedBoard& there : saved.boards) {
        const auto isKnown = [&](const Board& board) {
            return std::ranges::any_of(board.saved,
                                       [&](const SavedBoard& each) { return same(each, there); });
        };
        if (std::ranges::none_of(m_boards, isKnown)) append(there, {there});
    }
}

void BoardListModel::saveLearned() { save(m_store.learn(std::exchange(m_learned, {}))); }

}  // namespace boardwalk::desktop
