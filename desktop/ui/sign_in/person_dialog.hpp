#pragma once

#include <memory>

#include "desktop/core/sign_in/owner_api.hpp"
#include "desktop/ui/sign_in/form_dialog.hpp"

class QComboBox;

namespace boardwalk::desktop {

class BoardLink;

/// Viewer, operator or owner, with what each may do.
QComboBox* makeRoleChooser(Role chosen);
Role chosenRole(const QComboBox* chooser);

/// A person's role and password: of a new one, or (`known`) both anew. `roleStays`: only the password.
class PersonDialog : public FormDialog {
    Q_OBJECT

public:
    PersonDialog(std::shared_ptr<BoardLink> link, const Person& known, bool roleStays, QWidget* parent);

Q_SIGNALS:
    void done();

private:
    void send();

    std::shared_ptr<BoardLink> m_link;
    Person m_known;
    QLineEdit* m_name = nullptr;
    QComboBox* m_role = nullptr;
    QLineEdit* m_password;
    QLineEdit* m_again;
};

/// A token for a script or another program. What was made is shown once.
class TokenDialog : public FormDialog {
    Q_OBJECT

public:
    TokenDialog(std::shared_ptr<BoardLink> link, QWidget* parent);

Q_SIGNALS:
    void made(const QString& name, const QByteArray& token);

private:
    void send();

    std::shared_ptr<BoardLink> m_link;
    QLineEdit* m_name;
    QComboBox* m_role;
};

/// Shows a secret that is shown only now, with a button that copies it.
void showSecret(QWidget* parent, const QString& title, const QString& text, const QString& secret);

}  // namespace boardwalk::desktop
