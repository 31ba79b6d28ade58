#pragma once

#include <QWidget>

class QStackedWidget;

namespace boardwalk::desktop {

class BoardLink;
class PoolsPanel;
class Segmented;
class StressPanel;
class StressStore;

/// How the board copes: its pools as they are, and a test that fills them.
class DiagnosticsPage : public QWidget {
    Q_OBJECT

public:
    DiagnosticsPage(BoardLink& link, const StressStore& store, QWidget* parent = nullptr);
    ~DiagnosticsPage() override;

    /// Shows the stress test and starts it.
    void startStress();
    [[nodiscard]] StressPanel* stress() const { return m_stress; }
    void showStress(bool stress);
    /// The pools are those of before.
    void setAway(bool away);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    BoardLink& m_link;
    Segmented* m_choice;
    QStackedWidget* m_stack;
    PoolsPanel* m_pools;
    StressPanel* m_stress;
};

}  // namespace boardwalk::desktop
