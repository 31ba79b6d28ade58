#include "desktop/ui/sign_in/person_dialog.hpp"

#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/sign_in/password.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

namespace {

QString aboutRole(Role role) {
    switch (role) {
        case Role::Operator: return PersonDialog::tr("operator: looks, switches outputs, reads the log");
        case Role::Owner: return PersonDialog::tr("owner: may do everything");
        default: return PersonDialog::tr("viewer: looks");
    }
}

QString plainForm(const QLineEdit* field) { return field->text().normalized(QString::NormalizationForm_C); }

QWidget* labelled(const QString& text, QComboBox* chooser) {
    auto* row = new QWidget;
    auto* layout = new QVBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* label = new Label(text);
    label->setBuddy(chooser);
    layout->addWidget(label);
    layout->addWidget(chooser);
    return row;
}

}  // namespace

QComboBox* makeRoleChooser(Role chosen) {
    auto* chooser = new QComboBox;
    chooser->setObjectName(QStringLiteral("role"));
    chooser->setAccessibleName(PersonDialog::tr("Role"));
    for (const Role role : {Role::Viewer, Role::Operator, Role::Owner})
        chooser->addItem(aboutRole(role), int(role));
    chooser->setCurrentIndex(chooser->findData(int(chosen)));
    return chooser;
}

Role chosenRole(const QComboBox* chooser) { return Role(chooser->currentData().toInt()); }

PersonDialog::PersonDialog(std::shared_ptr<BoardLink> link, const Person& known, bool roleStays,
                           QWidget* parent)
    : FormDialog(known.name.isEmpty() ? tr("Add a person")
                 : roleStays          ? tr("Change the password")
                                      : tr("Change a person"),
                 known.name.isEmpty() ? tr("&Add") : tr("&Change"), parent),
      m_link(std::move(link)),
      m_known(known) {
    if (known.name.isEmpty()) {
        m_name = addLine(tr("&Name"), QStringLiteral("user"));
    } else {
        addText(roleStays
                    ? tr("A new password for %1. Its sessions end; the app’s token stays.")
                          .arg(printable(known.name))
                    : tr("A role and a new password for %1, whose sessions end.").arg(printable(known.name)));
    }
    if (!roleStays) {
        m_role = makeRoleChooser(known.name.isEmpty() ? Role::Viewer : known.role);
        addWidget(labelled(tr("&Role"), m_role));
    }
    m_password = addPassword(tr("&Password, at least %1 characters").arg(password_characters_min),
                             QStringLiteral("password"));
    m_again = addPassword(tr("Password &again, unless it is shown"), QStringLiteral("again"));
    (m_name ? m_name : m_password)->setFocus();
    connect(this, &FormDialog::wanted, this, &PersonDialog::send);
}

void PersonDialog::send() {
    if (isWaiting()) return;
    Person person = m_known;
    if (m_name) person.name = plainForm(m_name);
    if (m_role) person.role = chosenRole(m_role);
    if (person.name.isEmpty()) return refuse(tr("Type a name"), m_name);
    if (const PasswordFault fault = checkPassword(m_password->text()); fault != PasswordFault::None)
        return refuse(passwordFaultText(fault), m_password);
    const bool seen = m_password->echoMode() == QLineEdit::Normal;
    if ((!seen || !m_again->text().isEmpty()) &&
        normalizedPassword(m_again->text()) != normalizedPassword(m_password->text()))
        return refuse(tr("The two passwords differ"), m_again);
    setWaiting(true);
    m_link->access().api().putPerson(person, m_password->text(),
                                     [self = QPointer(this)](const OwnerAnswer& answer) {
                                         if (!self) return;
                                         if (!answer.ok()) return self->refuse(answer.problem, self->m_name);
                                         Q_EMIT self->done();
                                         self->accept();
                                     });
}

TokenDialog::TokenDialog(std::shared_ptr<BoardLink> link, QWidget* parent)
    : FormDialog(tr("Make a token"), tr("&Make it"), parent),
      m_link(std::move(link)),
      m_name(nullptr),
      m_role(makeRoleChooser(Role::Viewer)) {
    addText(tr(
        "A token lets a script or another program ask this board, without a password. Give it the least role "
        "that will do."));
    m_name = addLine(tr("&Name, such as prometheus"), QStringLiteral("token-name"));
    addWidget(labelled(tr("&Role"), m_role));
    m_name->setFocus();
    connect(this, &FormDialog::wanted, this, &TokenDialog::send);
}

void TokenDialog::send() {
    if (isWaiting()) return;
    const QString name = plainForm(m_name);
    if (name.isEmpty()) return refuse(tr("Type a name"), m_name);
    setWaiting(true);
    m_link->access().api().addToken(name, chosenRole(m_role), {},
                                    [self = QPointer(this), name](const OwnerAnswer& answer) {
                                        if (!self) return;
                                        if (!answer.ok()) return self->refuse(answer.problem, self->m_name);
                                        Q_EMIT self->made(name, answer.token);
                                        self->accept();
                                    });
}

void showSecret(QWidget* parent, const QString& title, const QString& text, const QString& secret) {
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    auto* label = new Label(text);
    label->setWordWrap(true);
    auto* field = new QLineEdit(secret);
    field->setObjectName(QStringLiteral("secret"));
    field->setAccessibleName(title);
    field->setReadOnly(true);
    field->setMinimumWidth(field->fontMetrics().horizontalAdvance(QString(46, u'm')) * 3 / 4);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copy = buttons->addButton(PersonDialog::tr("&Copy"), QDialogButtonBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked, field,
                     [secret] { QGuiApplication::clipboard()->setText(secret); });
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->addWidget(label);
    layout->addWidget(field);
    layout->addWidget(buttons);
    copy->setDefault(true);
    copy->setFocus();
    dialog->open();
}

}  // namespace boardwalk::desktop
