#pragma once

#include <QWidget>

#include "shared/messages.hpp"

class QLabel;

namespace boardwalk::desktop {

class BoardLink;
class FigureCard;
class StateGrid;

/// What the board's pools do right now: its connection slots, buffers, workers and counters.
class PoolsPanel : public QWidget {
    Q_OBJECT

public:
    explicit PoolsPanel(BoardLink& link, QWidget* parent = nullptr);

private:
    void update();
    void showFigures(const protocol::Diagnostics& now);
    void showBuffers(const protocol::Diagnostics& now);

    BoardLink& m_link;
    FigureCard *m_slotsUsed, *m_evicted, *m_refused, *m_timedOut, *m_rate, *m_p50, *m_p99, *m_heap;
    StateGrid* m_slots;
    StateGrid* m_buffers;
    StateGrid* m_workers;
    QLabel* m_bufferText;
    QLabel* m_workerText;
};

/// The slots of a board as cells, and the legend that counts them. Also shown beside a stress test.
void showSlots(StateGrid& grid, const protocol::Diagnostics& now);

}  // namespace boardwalk::desktop
