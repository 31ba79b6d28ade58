#include "desktop/ui/widgets/busy_bar.hpp"

#include <QPainter>

#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int frame_ms = 33;
constexpr double period_ms = 1400;
constexpr double length = 0.35;  // part of the width
}  // namespace

BusyBar::BusyBar(QWidget* parent) : QWidget(parent) {
    setFixedHeight(3);
    setAccessibleName(tr("Busy"));
    setObjectName(QStringLiteral("busyBar"));
    m_timer.setInterval(frame_ms);
    connect(&m_timer, &QTimer::timeout, this, qOverload<>(&QWidget::update));
}

void BusyBar::setBusy(bool busy) {
    if (busy == isBusy()) return;
    if (busy) {
        m_clock.start();
        m_timer.start();
    } else {
        m_timer.stop();
    }
    setAccessibleDescription(busy ? tr("Waiting for a board") : QString());
    update();
}

void BusyBar::paintEvent(QPaintEvent*) {
    if (!isBusy()) return;
    QPainter painter(this);
    painter.fillRect(rect(), Theme::colors().line);
    const double turn = double(m_clock.elapsed() % qint64(period_ms)) / period_ms;
    const double left = -length + turn * (1 + length);
    painter.fillRect(QRectF(left * width(), 0, length * width(), height()), Theme::colors().accent);
}

}  // namespace boardwalk::desktop
