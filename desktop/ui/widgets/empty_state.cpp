#include "desktop/ui/widgets/empty_state.hpp"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int text_width = 440;
}

EmptyState::EmptyState(const QString& title, const QString& text, const QString& action, QWidget* parent)
    : QWidget(parent), m_title(new Label(title)), m_text(new Label(text)) {
    m_title->setFont(Theme::title(font()));
    m_title->setAlignment(Qt::AlignCenter);
    m_text->setObjectName(QStringLiteral("muted"));
    m_text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_text->setWordWrap(true);
    m_text->setFixedWidth(text_width);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* button = new QPushButton(action);
    button->setObjectName(QStringLiteral("primary"));
    button->setVisible(!action.isEmpty());
    connect(button, &QPushButton::clicked, this, &EmptyState::actionWanted);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addStretch(2);
    layout->addWidget(m_title);
    layout->addWidget(m_text, 0, Qt::AlignHCenter);
    layout->addSpacing(4);
    layout->addWidget(button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    setText(title, text);
}

void EmptyState::setText(const QString& title, const QString& text) {
    m_title->setText(title);
    m_text->setText(text);
    // Centred labels do not get their height for width from the layout.
    m_text->setMinimumHeight(std::max(0, m_text->heightForWidth(text_width)));  // -1 without a text
}

}  // namespace boardwalk::desktop
