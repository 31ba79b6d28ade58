#include "desktop/ui/widgets/notice.hpp"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

Notice::Notice(QWidget* parent) : QFrame(parent), m_text(new Label), m_copy(new QPushButton(tr("&Copy"))) {
    setObjectName(QStringLiteral("notice"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QPushButton(tr("&Dismiss"));
    connect(close, &QPushButton::clicked, this, &Notice::close);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_secret); });
    m_copy->hide();
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 8, 10, 8);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_copy);
    layout->addWidget(close);
    hide();
}

void Notice::close() {
    hide();
    m_secret.clear();
    m_text->clear();
    setAccessibleName({});
    m_copy->hide();
}

void Notice::saySecret(const QString& text, const QString& secret) {
    say(text);
    m_secret = secret;
    m_copy->show();
}

void Notice::say(const QString& text) {
    // A secret that is shown once is not pushed out by a later word.
    m_text->setText(m_secret.isEmpty() ? text : m_text->text() + u'\n' + text);
    setAccessibleName(m_text->text());
    show();
}

}  // namespace boardwalk::desktop
