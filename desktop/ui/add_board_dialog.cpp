#include "desktop/ui/add_board_dialog.hpp"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "desktop/core/list/board_address.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

AddBoardDialog::AddBoardDialog(QWidget* parent)
    : QDialog(parent), m_address(new QLineEdit), m_error(new Label) {
    setWindowTitle(tr("Add a board"));
    setMinimumWidth(440);

    auto* label = new Label(tr("&Address of the board"));
    label->setBuddy(m_address);
    m_address->setObjectName(QStringLiteral("address"));
    m_address->setPlaceholderText(tr("kitchen.local, 192.168.1.20:8080 or http://…"));
    m_error->setObjectName(QStringLiteral("error"));
    m_error->setWordWrap(true);
    m_error->setMinimumHeight(m_error->fontMetrics().height() * 2);  // an error must not move the buttons
    m_error->setAlignment(Qt::AlignTop | Qt::AlignLeft);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* add = buttons->addButton(tr("A&dd board"), QDialogButtonBox::AcceptRole);
    add->setObjectName(QStringLiteral("primary"));
    add->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &AddBoardDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &AddBoardDialog::reject);
    connect(m_address, &QLineEdit::textEdited, this, [this] { showError({}); });

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->addWidget(label);
    layout->addWidget(m_address);
    layout->addWidget(m_error);
    layout->addWidget(buttons);
}

void AddBoardDialog::accept() {
    const BoardAddress address = parseBoardAddress(m_address->text());
    if (!address.ok()) {
        showError(address.error);
        m_address->setFocus();
        return;
    }
    m_url = address.url;
    QDialog::accept();
}

void AddBoardDialog::showError(const QString& error) {
    m_error->setText(error);
    m_address->setProperty("invalid", !error.isEmpty());
    m_address->setAccessibleDescription(error);
    style()->unpolish(m_address);
    style()->polish(m_address);
}

}  // namespace boardwalk::desktop
