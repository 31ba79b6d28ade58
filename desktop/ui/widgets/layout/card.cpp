#include "desktop/ui/widgets/layout/card.hpp"

#include <QLabel>
#include <QVBoxLayout>

#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

Card::Card(const QString& caption, QWidget* parent) : QFrame(parent), m_content(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("card"));
    m_content->setContentsMargins(16, 12, 16, 12);
    m_content->setSpacing(6);
    if (!caption.isEmpty()) {
        auto* label = new ElidedLabel(caption);
        label->setFont(Theme::bold(font()));
        m_content->addWidget(label);
    }
}

FigureCard::FigureCard(const QString& caption, QWidget* parent)
    : Card({}, parent), m_caption(caption), m_figure(new Label(QStringLiteral("—"))) {
    auto* label = new ElidedLabel(caption);
    label->setObjectName(QStringLiteral("muted"));
    m_figure->setFont(Theme::figure(font()));
    m_figure->setTextInteractionFlags(Qt::TextSelectableByMouse);
    content()->setContentsMargins(16, 10, 16, 10);
    content()->setSpacing(0);
    content()->addWidget(label);
    content()->addWidget(m_figure);
}

void FigureCard::setFigure(const QString& text, const QString& note) {
    if (m_figure->text() != text) {
        m_figure->setText(text);
        m_figure->setAccessibleName(m_caption + QStringLiteral(": ") + text);
    }
    m_figure->setToolTip(note);
}

QString FigureCard::figure() const { return m_figure->text(); }
void FigureCard::setFaded(bool faded) { m_figure->setEnabled(!faded); }
bool FigureCard::isFaded() const { return !m_figure->isEnabled(); }

}  // namespace boardwalk::desktop
