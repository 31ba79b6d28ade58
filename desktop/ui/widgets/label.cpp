#include "desktop/ui/widgets/label.hpp"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>
#include <algorithm>

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int word_width_max = 200;  // the longest words that are ours take half of it
}

Label::Label(const QString& text, QWidget* parent) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setText(text);
}

QSize Label::minimumSizeHint() const {
    const QSize least = QLabel::minimumSizeHint();
    return wordWrap() ? QSize(std::min(least.width(), word_width_max), least.height()) : least;
}

QSize ElidedLabel::minimumSizeHint() const {
    const QString ellipsis(QStringLiteral("…"));
    return {fontMetrics().horizontalAdvance(ellipsis) * 4, Label::minimumSizeHint().height()};
}

QString ElidedLabel::elided() const {
    return fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(&painter, contentsRect(), int(alignment()), palette(), isEnabled(), elided(),
                          foregroundRole());
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || elided() == text()) return Label::event(event);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), plainTip(text()), this);
    return true;
}

}  // namespace boardwalk::desktop
