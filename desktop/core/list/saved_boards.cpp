#include "desktop/core/list/saved_boards.hpp"

#include <utility>

namespace boardwalk::desktop {

namespace {
constexpr int soon_ms = 500;  // many boards answer at once after a start: one write
}

SavedBoards::SavedBoards(BoardStore store, QObject* parent) : QObject(parent), m_store(std::move(store)) {
    m_soon.setSingleShot(true);
    m_soon.setInterval(soon_ms);
    connect(&m_soon, &QTimer::timeout, this, [this] { tell(m_store.learn(std::exchange(m_learned, {}))); });
}

SavedBoards::~SavedBoards() {
    if (!m_learned.isEmpty()) m_store.learn(m_learned);
}

QString SavedBoards::load() {
    const BoardStore::Loaded loaded = m_store.load();
    Q_EMIT stored(loaded.boards);
    return loaded.warning;
}

void SavedBoards::learnSoon(const SavedBoard& board) {
    m_learned.append(board);
    m_soon.start();
}

void SavedBoards::tell(const BoardStore::Saved& saved) {
    if (saved.ok()) {
        Q_EMIT stored(saved.boards);
    } else {
        Q_EMIT failed(saved.error);
    }
}

}  // namespace boardwalk::desktop
