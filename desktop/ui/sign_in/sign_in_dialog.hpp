#pragma once

#include <memory>

#include "desktop/core/sign_in/board_access.hpp"
#include "desktop/ui/sign_in/form_dialog.hpp"

namespace boardwalk::desktop {

class BoardLink;

/// Asks for name and password, and closes once signed in. `again`: in the middle of work, which stays as it
/// is.
class SignInDialog : public FormDialog {
    Q_OBJECT

public:
    SignInDialog(std::shared_ptr<BoardLink> link, const QString& board, bool again, QWidget* parent);

private:
    void send();
    void onEnded(const AccessOutcome& outcome);

    std::shared_ptr<BoardLink> m_link;
    QLineEdit* m_user;
    QLineEdit* m_password;
};

/// What every form that a password is typed into says of the connection.
QString connectionText(const QUrl& board);

}  // namespace boardwalk::desktop
