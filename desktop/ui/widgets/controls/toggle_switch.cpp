#include "desktop/ui/widgets/controls/toggle_switch.hpp"

#include <QPainter>

#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

ToggleSwitch::ToggleSwitch(QWidget* parent) : QAbstractButton(parent) {
    setCheckable(true);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ToggleSwitch::paintEvent(QPaintEvent*) {
    const Colors& colors = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!isEnabled()) painter.setOpacity(faded_opacity);
    const QRectF track = QRectF(rect()).adjusted(2, 2, -2, -2);
    if (hasFocus()) {
        painter.setPen(QPen(colors.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), height() / 2.0,
                                height() / 2.0);
    }
    const QRectF inner = track.adjusted(1, 1, -1, -1);
    painter.setPen(isChecked() ? QPen(Qt::NoPen) : QPen(colors.muted, 1.5));
    painter.setBrush(isChecked() ? QBrush(isEnabled() ? colors.accent : colors.muted)
                                 : QBrush(colors.window));
    painter.drawRoundedRect(inner, inner.height() / 2, inner.height() / 2);
    const double knob = inner.height() - 6;
    const double x = isChecked() ? inner.right() - knob - 3 : inner.left() + 3;
    painter.setPen(Qt::NoPen);
    painter.setBrush(isChecked() ? colors.accentText : colors.muted);
    painter.drawEllipse(QRectF(x, inner.top() + 3, knob, knob));
}

}  // namespace boardwalk::desktop
