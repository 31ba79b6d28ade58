#include "desktop/ui/settings_page.hpp"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

#include "desktop/core/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/card.hpp"
#include "desktop/ui/segmented.hpp"
#include "desktop/ui/theme.hpp"
#include "shared/limits.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int cards_width_max = 640;
const QString name_pointer = QStringLiteral("/name");
const QString period_pointer = QStringLiteral("/telemetry/period_ms");
}  // namespace

SettingsPage::SettingsPage(BoardLink& link, Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_link(link),
      m_theme(theme),
      m_settings(link.http()),
      m_name(new QLineEdit),
      m_period(new QSpinBox),
      m_save(new QPushButton(tr("&Save"))),
      m_revert(new QPushButton(tr("&Revert"))),
      m_message(new QLabel) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 14, 0, 0);
    layout->setSpacing(14);
    layout->addWidget(buildBoardCard());
    layout->addWidget(buildAppCard());
    layout->addStretch();

    connect(&m_settings, &BoardSettings::loaded, this, [this](bool by_saving) {
        fill();
        if (by_saving) {
            say(tr("Saved"), false);
            m_link.reload();  // the name stands in the list and the header, too
        }
    });
    connect(&m_settings, &BoardSettings::conflicted, this, [this] {
        fill();
        say(tr("Somebody else changed these settings in the meantime. You see theirs now; nothing was "
               "saved."),
            true);
    });
    connect(&m_settings, &BoardSettings::failed, this, [this](const QString& summary, const auto& fields) {
        showErrors(fields);
        say(fields.isEmpty() ? summary : QString(), true);
        updateButtons();
    });
    connect(m_name, &QLineEdit::textChanged, this, &SettingsPage::updateButtons);
    connect(m_period, &QSpinBox::valueChanged, this, &SettingsPage::updateButtons);
    connect(m_save, &QPushButton::clicked, this, &SettingsPage::save);
    connect(m_name, &QLineEdit::returnPressed, m_save, &QPushButton::click);
    connect(m_revert, &QPushButton::clicked, this, [this] {
        say({}, false);
        m_settings.load();
    });
    updateButtons();
}

Card* SettingsPage::buildBoardCard() {
    auto* card = new Card(tr("This board"));
    card->setMaximumWidth(cards_width_max);
    m_name->setObjectName(QStringLiteral("name"));
    addField(card, tr("&Name"), m_name, name_pointer);
    m_period->setRange(int(limits::telemetry_period_ms_min), int(limits::telemetry_period_ms_max));
    m_period->setSingleStep(100);
    m_period->setSuffix(tr(" ms"));
    m_period->setGroupSeparatorShown(true);
    m_period->setFixedWidth(130);
    addField(card, tr("&Measure every"), m_period, period_pointer);

    m_message->setWordWrap(true);
    m_save->setObjectName(QStringLiteral("primary"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_save);
    row->addWidget(m_revert);
    row->addSpacing(8);
    row->addWidget(m_message, 1);
    card->content()->addSpacing(6);
    card->content()->addLayout(row);
    return card;
}

Card* SettingsPage::buildAppCard() {
    auto* card = new Card(tr("This app"));
    card->setMaximumWidth(cards_width_max);
    auto* colours = new Segmented({tr("System"), tr("Light"), tr("Dark")});
    colours->setAccessibleName(tr("Colours"));
    colours->setCurrent(int(m_theme.choice()));
    connect(colours, &Segmented::chosen, this, [this](int choice) { m_theme.choose(ThemeChoice(choice)); });
    connect(&m_theme, &Theme::changed, colours,
            [this, colours] { colours->setCurrent(int(m_theme.choice())); });
    addField(card, tr("Colours"), colours, {});
    return card;
}

QLabel* SettingsPage::addField(Card* card, const QString& label, QWidget* field, const QString& pointer) {
    auto* row = new QHBoxLayout;
    auto* caption = new QLabel(label);
    caption->setMinimumWidth(140);
    caption->setBuddy(field);
    row->addWidget(caption);
    row->addWidget(field, qobject_cast<QLineEdit*>(field) ? 1 : 0);
    if (!qobject_cast<QLineEdit*>(field)) row->addStretch();
    card->content()->addLayout(row);
    if (pointer.isEmpty()) return nullptr;
    auto* error = new QLabel;
    error->setObjectName(QStringLiteral("error"));
    error->setWordWrap(true);
    error->setContentsMargins(146, 0, 0, 0);
    error->hide();
    card->content()->addWidget(error);
    m_errors.insert(pointer, error);
    return error;
}

void SettingsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_loaded) m_settings.load();
}

void SettingsPage::fill() {
    m_loaded = true;
    m_name->setText(qt(m_settings.current().name));
    m_period->setValue(int(m_settings.current().telemetry.period_ms));
    showErrors({});
    updateButtons();
}

protocol::SettingsPatch SettingsPage::changes() const {
    protocol::SettingsPatch patch;
    if (const std::string name = m_name->text().toStdString(); name != m_settings.current().name) {
        if (protocol::Name fits; fits.assign(name)) patch.name = fits;
    }
    if (const auto period = std::uint32_t(m_period->value());
        period != m_settings.current().telemetry.period_ms) {
        patch.telemetry_period_ms = period;
    }
    return patch;
}

void SettingsPage::save() {
    const std::size_t bytes = std::size_t(m_name->text().toUtf8().size());
    if (bytes > limits::name_bytes_max) {
        showErrors({{name_pointer,
                     tr("At most %1 bytes; this name has %2").arg(limits::name_bytes_max).arg(bytes)}});
        return;
    }
    say({}, false);
    showErrors({});
    m_save->setEnabled(false);  // until the answer comes: not twice
    m_settings.save(changes());
}

void SettingsPage::say(const QString& text, bool bad) {
    m_message->setText(text);
    m_message->setObjectName(bad ? QStringLiteral("error") : QStringLiteral("muted"));
    style()->unpolish(m_message);
    style()->polish(m_message);
}

void SettingsPage::showErrors(const QHash<QString, QString>& fields) {
    for (auto each = m_errors.constBegin(); each != m_errors.constEnd(); ++each) {
        each.value()->setText(fields.value(each.key()));
        each.value()->setVisible(fields.contains(each.key()));
    }
    m_name->setProperty("invalid", fields.contains(name_pointer));
    style()->unpolish(m_name);
    style()->polish(m_name);
}

void SettingsPage::updateButtons() {
    const bool changed =
        m_loaded && (m_name->text() != qt(m_settings.current().name) ||
                     std::uint32_t(m_period->value()) != m_settings.current().telemetry.period_ms);
    m_save->setEnabled(changed);
    m_revert->setEnabled(changed);
    m_name->setEnabled(m_loaded);
    m_period->setEnabled(m_loaded);
}

}  // namespace boardwalk::desktop
