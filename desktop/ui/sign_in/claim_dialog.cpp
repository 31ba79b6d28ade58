#include "desktop/ui/sign_in/claim_dialog.hpp"

#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <utility>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/sign_in/password.hpp"
#include "desktop/core/sign_in/setup_code.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/sign_in/sign_in_dialog.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

ClaimDialog::ClaimDialog(std::shared_ptr<BoardLink> link, const QString& board, const QString& code_file,
                         QWidget* parent)
    : FormDialog(tr("Claim this board"), tr("&Claim it"), parent), m_link(std::move(link)) {
    addText(tr("Nobody owns %1 yet. Its set-up code makes you the owner. The code stands on the board’s "
               "console or on "
               "its label, and is good for 15 minutes from the board’s start or from a press of its button.")
                .arg(board));
    m_code = addLine(tr("Set-up &code"), QStringLiteral("code"));
    m_code->setPlaceholderText(tr("8 letters and digits"));
    if (const SetupCode there = readSetupCode(code_file); there.problem.isEmpty()) {
        auto* take = new QPushButton(tr("&Take the code from this computer"));
        take->setAutoDefault(false);
        take->setToolTip(plainTip(code_file));
        connect(take, &QPushButton::clicked, this, [this, code_file] {
            const SetupCode read = readSetupCode(code_file);
            if (!read.problem.isEmpty()) return refuse(read.problem, m_code);
            m_code->setText(read.code);
            m_password->setFocus();
        });
        addWidget(take);
    }
    m_user = addLine(tr("Your &name"), QStringLiteral("user"));
    m_user->setText(QStringLiteral("owner"));
    m_password = addPassword(tr("&Password, at least %1 characters").arg(password_characters_min),
                             QStringLiteral("password"));
    m_again = addPassword(tr("Password &again, unless it is shown"), QStringLiteral("again"));
    auto* connection = new Label(connectionText(m_link->url()));
    connection->setObjectName(QStringLiteral("muted"));
    connection->setWordWrap(true);
    addWidget(connection);
    m_code->setFocus();
    connect(this, &FormDialog::wanted, this, &ClaimDialog::send);
}

void ClaimDialog::send() {
    if (isWaiting()) return;
    const QString code = normalizedSetupCode(m_code->text());
    if (code.isEmpty()) return refuse(tr("A set-up code has 8 letters and digits"), m_code);
    if (m_user->text().trimmed().isEmpty()) return refuse(tr("Type a name"), m_user);
    if (const PasswordFault fault = checkPassword(m_password->text()); fault != PasswordFault::None)
        return refuse(passwordFaultText(fault), m_password);
    const bool seen = m_password->echoMode() == QLineEdit::Normal;
    if ((!seen || !m_again->text().isEmpty()) &&
        normalizedPassword(m_again->text()) != normalizedPassword(m_password->text()))
        return refuse(tr("The two passwords differ"), m_again);
    setWaiting(true);
    m_link->access().claim(code, m_user->text().normalized(QString::NormalizationForm_C), m_password->text(),
                           [self = QPointer(this)](const AccessOutcome& outcome) {
                               if (self) self->onEnded(outcome);
                           });
}

void ClaimDialog::onEnded(const AccessOutcome& outcome) {
    if (outcome.ok()) return accept();
    if (outcome.code == u"wrong_code") {
        QString why = tr("This is not the board’s set-up code.");
        if (outcome.tries_left >= 0) why += tr(" Tries left: %1.").arg(outcome.tries_left);
        return refuse(why, m_code);
    }
    if (outcome.code == u"claim_closed")
        return refuse(
            tr("The set-up code is not taken any more: 15 minutes have passed, or 10 tries. Start the board "
               "again or press its button, and use the code that it shows then."),
            m_code);
    if (outcome.code == u"claimed")
        return refuse(tr("Somebody has claimed this board in the meantime. Close this, and sign in."),
                      nullptr);
    if (outcome.retry_after_s > 0) return refuseFor(outcome.problem, outcome.retry_after_s);
    refuse(outcome.problem, nullptr);
}

}  // namespace boardwalk::desktop
