#include "desktop/ui/sign_in/form_dialog.hpp"

#include <QAction>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/scrolled.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int width_wanted = 500;
constexpr int around = 40;      // of the screen, for the frame of the dialog
constexpr int error_lines = 3;  // an error must not move the buttons
constexpr int countdown_s_max = 3600;
}  // namespace

FormDialog::FormDialog(const QString& title, const QString& action, QWidget* parent)
    : QDialog(parent),
      m_fields(new QVBoxLayout),
      m_scroll(nullptr),
      m_error(new Label),
      m_action(new QPushButton(action)) {
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    m_error->setObjectName(QStringLiteral("error"));
    m_error->setAccessibleName(tr("What is wrong"));
    m_error->setWordWrap(true);
    m_error->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_error->setMinimumHeight(m_error->fontMetrics().height() * error_lines);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_action->setObjectName(QStringLiteral("primary"));
    m_action->setDefault(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->addButton(m_action, QDialogButtonBox::ActionRole);
    connect(m_action, &QPushButton::clicked, this, &FormDialog::wanted);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* fields = new QWidget;
    fields->setLayout(m_fields);
    m_fields->setContentsMargins(0, 0, 0, 0);
    m_scroll = scrolled(fields);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(m_scroll);
    layout->addWidget(m_error);
    layout->addWidget(buttons);
    m_countdown.setInterval(1000);
    connect(&m_countdown, &QTimer::timeout, this, [this] {
        if (--m_seconds <= 0) m_countdown.stop();
        showState();
    });
}

/// As high as its text needs at its width, and no higher than the screen: then the fields scroll.
void FormDialog::showEvent(QShowEvent* event) {
    const QSize room = screen()->availableSize() - QSize(around, around);
    const int wide = std::min(width_wanted, room.width());
    const QMargins margins = layout()->contentsMargins();
    const int inner = wide - margins.left() - margins.right();
    const int fields =
        m_fields->hasHeightForWidth() ? m_fields->heightForWidth(inner) : m_fields->sizeHint().height();
    const int rest = layout()->sizeHint().height() - m_scroll->sizeHint().height();
    m_scroll->setMinimumHeight(std::min(fields, room.height() - rest));
    resize(wide, std::min(fields + rest, room.height()));
    QDialog::showEvent(event);
}

void FormDialog::addText(const QString& text) {
    auto* label = new Label(text);
    label->setWordWrap(true);
    m_fields->addWidget(label);
    m_fields->addSpacing(4);
}

QLineEdit* FormDialog::addLine(const QString& label, const QString& name) {
    auto* caption = new Label(label);
    auto* field = new QLineEdit;
    field->setObjectName(name);
    caption->setBuddy(field);
    m_fields->addWidget(caption);
    m_fields->addWidget(field);
    connect(field, &QLineEdit::textEdited, this, [this, field] {
        field->setProperty("invalid", false);
        mark(field);
        if (m_seconds <= 0 && !m_waiting) {
            m_why.clear();
            showState();
        }
    });
    return field;
}

QLineEdit* FormDialog::addPassword(const QString& label, const QString& name) {
    QLineEdit* field = addLine(label, name);
    field->setEchoMode(QLineEdit::Password);
    field->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText | Qt::ImhNoAutoUppercase);
    auto* shown = new QPushButton(tr("Sho&w"));
    shown->setCheckable(true);
    shown->setAutoDefault(false);
    shown->setAccessibleName(tr("Show what is typed"));
    connect(shown, &QPushButton::toggled, field,
            [field](bool on) { field->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    auto* row = new QHBoxLayout;
    m_fields->removeWidget(field);
    row->addWidget(field, 1);
    row->addWidget(shown);
    m_fields->addLayout(row);
    return field;
}

void FormDialog::addWidget(QWidget* widget) { m_fields->addWidget(widget); }

void FormDialog::mark(QLineEdit* field) {
    field->style()->unpolish(field);
    field->style()->polish(field);
}

void FormDialog::setWaiting(bool waiting) {
    m_waiting = waiting;
    if (waiting) m_why.clear();
    showState();
}

void FormDialog::refuse(const QString& why, QLineEdit* field) {
    m_waiting = false;
    m_why = why;
    showState();
    if (!field) return;
    field->setProperty("invalid", true);
    field->setAccessibleDescription(why);
    mark(field);
    field->setFocus();
    field->selectAll();
}

void FormDialog::refuseFor(const QString& why, int seconds) {
    m_waiting = false;
    m_why = why;
    m_seconds = std::clamp(seconds, 1, countdown_s_max);
    m_countdown.start();
    showState();
}

void FormDialog::showState() {
    const bool counts = m_seconds > 0;
    m_error->setText(counts      ? tr("%1 Try again in %2 s.").arg(m_why).arg(m_seconds)
                     : m_waiting ? QString()
                                 : m_why);
    m_action->setEnabled(!m_waiting && !counts);
    for (QLineEdit* field : findChildren<QLineEdit*>())
        field->setReadOnly(m_waiting);
}

}  // namespace boardwalk::desktop
