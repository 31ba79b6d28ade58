#include "desktop/ui/sign_in/access_bar.hpp"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

#include "desktop/core/sign_in/board_access.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

using Standing = BoardAccess::Standing;

AccessBar::AccessBar(BoardAccess& access, QWidget* parent)
    : QFrame(parent),
      m_access(access),
      m_text(new Label),
      m_claim(new QPushButton(tr("&Claim this board…"))),
      m_confirm(new QPushButton(tr("It is my &board…"))),
      m_signIn(new QPushButton(tr("&Sign in…"))) {
    setObjectName(QStringLiteral("notice"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_claim->setObjectName(QStringLiteral("primary"));
    connect(m_claim, &QPushButton::clicked, this, &AccessBar::claimWanted);
    connect(m_confirm, &QPushButton::clicked, this, &AccessBar::confirmWanted);
    connect(m_signIn, &QPushButton::clicked, this, &AccessBar::signInWanted);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 6, 10, 6);
    layout->addWidget(m_text, 1);
    for (QPushButton* each : {m_confirm, m_signIn, m_claim})
        layout->addWidget(each, 0, Qt::AlignTop);
    hide();
}

QString AccessBar::text(bool seen) const {
    const QString note =
        m_access.note().isEmpty() ? QString() : printable(m_access.note()) + QStringLiteral(". ");
    switch (m_access.standing()) {
        case Standing::Unclaimed:
            return tr(
                "Nobody owns this board yet. It shows its readings to everybody; whoever claims it may do "
                "the "
                "rest.");
        case Standing::SignedOut:
            if (!seen) return {};
            return note + (m_access.mayLook() ? tr("You may look at this board. Sign in to do more.")
                                              : tr("You are signed out: what you see is what it said last."));
        case Standing::OtherAddress:
            return tr("This app has a token for this board, made for %1. Now the board with this id answers "
                      "here. Any "
                      "device can say an id: the token is sent here only when you say that it is yours.")
                .arg(printable(m_access.otherAddresses()));
        default: return {};
    }
}

void AccessBar::showState(bool online, bool seen) {
    const QString now = online ? text(seen) : QString();
    if (m_text->text() != now) m_text->setText(now);
    const Standing standing = m_access.standing();
    m_claim->setVisible(standing == Standing::Unclaimed);
    m_confirm->setVisible(standing == Standing::OtherAddress);
    m_signIn->setVisible(standing == Standing::OtherAddress || standing == Standing::SignedOut);
    setVisible(!now.isEmpty());
}

}  // namespace boardwalk::desktop
