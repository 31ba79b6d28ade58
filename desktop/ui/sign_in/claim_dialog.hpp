#pragma once

#include <memory>

#include "desktop/core/sign_in/board_access.hpp"
#include "desktop/ui/sign_in/form_dialog.hpp"

namespace boardwalk::desktop {

class BoardLink;

/// Asks for what makes a person the owner of a board that nobody owns: the set-up code, a name and a
/// password.
class ClaimDialog : public FormDialog {
    Q_OBJECT

public:
    /// `code_file`: where the code of a board on this computer may stand; a button reads it, if it can be
    /// read.
    ClaimDialog(std::shared_ptr<BoardLink> link, const QString& board, const QString& code_file,
                QWidget* parent);

private:
    void send();
    void onEnded(const AccessOutcome& outcome);

    std::shared_ptr<BoardLink> m_link;
    QLineEdit* m_code;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QLineEdit* m_again;
};

}  // namespace boardwalk::desktop
