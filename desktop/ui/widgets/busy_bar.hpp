#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

namespace boardwalk::desktop {

/// A thin indeterminate bar. It always takes its three pixels, so that nothing moves when it appears.
class BusyBar : public QWidget {
    Q_OBJECT

public:
    explicit BusyBar(QWidget* parent = nullptr);

    void setBusy(bool busy);
    [[nodiscard]] bool isBusy() const { return m_timer.isActive(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
};

}  // namespace boardwalk::desktop
