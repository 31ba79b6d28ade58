#include "desktop/ui/sign_in/sign_in_dialog.hpp"

#include <QLineEdit>
#include <QPointer>
#include <utility>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

QString connectionText(const QUrl& board) {
    if (board.scheme() == u"https") return SignInDialog::tr("The connection is encrypted.");
    return SignInDialog::tr(
        "The connection is not encrypted. The password itself is not sent, but who listens on this network "
        "sees the "
        "rest, and can use the app’s token until it is removed.");
}

SignInDialog::SignInDialog(std::shared_ptr<BoardLink> link, const QString& board, bool again, QWidget* parent)
    : FormDialog(tr("Sign in"), tr("&Sign in"), parent), m_link(std::move(link)) {
    QString text =
        again ? tr("%1 wants to know again who you are. What you typed stays.").arg(board)
              : tr("%1 has an owner. Sign in to see it, and to do what your role allows.").arg(board);
    if (const QString& note = m_link->access().note(); !note.isEmpty() && !m_link->access().mayOwn())
        text += u'\n' + printable(note) + u'.';
    addText(text);
    m_user = addLine(tr("&Name"), QStringLiteral("user"));
    m_user->setText(QStringLiteral("owner"));
    m_password = addPassword(tr("&Password"), QStringLiteral("password"));
    auto* connection = new Label(connectionText(m_link->url()));
    connection->setObjectName(QStringLiteral("muted"));
    connection->setWordWrap(true);
    addWidget(connection);
    m_password->setFocus();
    connect(this, &FormDialog::wanted, this, &SignInDialog::send);
}

void SignInDialog::send() {
    if (isWaiting()) return;
    if (m_user->text().isEmpty()) return refuse(tr("Type your name"), m_user);
    if (m_password->text().isEmpty()) return refuse(tr("Type your password"), m_password);
    setWaiting(true);
    m_link->access().signIn(m_user->text().normalized(QString::NormalizationForm_C), m_password->text(),
                            [self = QPointer(this)](const AccessOutcome& outcome) {
                                if (self) self->onEnded(outcome);
                            });
}

void SignInDialog::onEnded(const AccessOutcome& outcome) {
    if (outcome.ok()) return accept();
    if (outcome.code == u"wrong_proof")
        return refuse(tr("The name or the password is not right."), m_password);
    if (outcome.code == u"too_many_tries")
        return refuseFor(tr("There were too many tries, perhaps by others."), outcome.retry_after_s);
    refuse(outcome.problem, nullptr);
}

}  // namespace boardwalk::desktop
