#include "desktop/ui/widgets/notice.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

Notice::Notice(QWidget* parent) : QFrame(parent), m_text(new Label) {
    setObjectName(QStringLiteral("notice"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QPushButton(tr("&Dismiss"));
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 8, 10, 8);
    layout->addWidget(m_text, 1);
    layout->addWidget(close);
    hide();
}

void Notice::say(const QString& text) {
    m_text->setText(text);
    setAccessibleName(text);
    show();
}

}  // namespace boardwalk::desktop
