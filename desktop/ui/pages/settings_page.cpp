#include "desktop/ui/pages/settings_page.hpp"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/controls/segmented.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/scrolled.hpp"
#include "desktop/ui/widgets/reason_label.hpp"
#include "shared/limits.hpp"
#include "shared/trusted_names.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int cards_width_max = 640;
constexpr int look_every_ms = 5000;
const QString name_pointer = QStringLiteral("/name");
const QString period_pointer = QStringLiteral("/telemetry/period_ms");
const QString hosts_pointer = QStringLiteral("/security/hosts");
const QString origins_pointer = QStringLiteral("/security/origins");

QString joined(const std::vector<std::string>& texts) {
    QStringList all;
    for (const std::string& text : texts)
        all << printable(qt(text));
    return all.join(QStringLiteral(", "));
}

/// What is typed between commas or blanks, read by `read`. Returns what is wrong, or an empty text.
template <class List, class Read>
QString readList(const QString& typed, Read read, List& list) {
    static const QRegularExpression between(QStringLiteral("[,\\s]+"));
    for (const QString& each : typed.split(between, Qt::SkipEmptyParts)) {
        typename List::Text text;
        const std::string utf8 = each.toStdString();
        if (const std::string_view wrong = read(utf8, text); !wrong.empty())
            return QStringLiteral("%1: %2").arg(each, qt(wrong));
        if (!list.push(text)) return SettingsPage::tr("These are more than the board takes");
    }
    return {};
}
}  // namespace

SettingsPage::SettingsPage(BoardLink& link, Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_link(link),
      m_theme(theme),
      m_settings(link.requests()),
      m_reason(new ReasonLabel),
      m_name(new QLineEdit),
      m_period(new QSpinBox),
      m_hosts(new QLineEdit),
      m_origins(new QLineEdit),
      m_save(new QPushButton(tr("&Save"))),
      m_revert(new QPushButton(tr("&Revert"))),
      m_message(new Label) {
    auto* page = new QWidget;
    auto* cards = new QVBoxLayout(page);
    cards->setContentsMargins(0, 14, 0, 0);
    cards->setSpacing(14);
    cards->addWidget(buildBoardCard());
    cards->addWidget(buildAppCard());
    cards->addStretch();
    fillScrolled(this, page);

    connect(&m_settings, &BoardSettings::loaded, this, [this](bool by_saving) {
        fill();
        if (by_saving) {
            say(tr("Saved"), false);
            m_saysSaved = true;
            m_link.refresh();  // the name stands in the list and the header, too
        } else {
            say({}, false);  // why it could not be loaded before
        }
    });
    connect(&m_settings, &BoardSettings::conflicted, this, [this] { merge(true); });
    connect(&m_settings, &BoardSettings::changed, this, [this] {
        if (m_saysSaved) say({}, false);
        if (hasTyped()) {
            merge(false);
        } else {
            fill();
        }
    });
    connect(&m_settings, &BoardSettings::heard, this, [this](bool by_saving) {
        if (by_saving && hasTyped()) return say(tr("The board has not got these: save again."), true);
        say(by_saving ? tr("Saved") : QString(), false);
        m_saysSaved = by_saving;
    });
    connect(&link, &BoardLink::presenceChanged, this, &SettingsPage::look);
    connect(&link, &BoardLink::settingsChanged, this, &SettingsPage::look);
    connect(&m_look, &QTimer::timeout, this, [this] {
        if (!m_link.tellsSettings()) look();
    });
    m_look.setInterval(look_every_ms);
    connect(&m_settings, &BoardSettings::failed, this, [this](const QString& summary, const auto& fields) {
        showErrors(fields);
        say(fields.isEmpty() ? summary : QString(), true);
        updateButtons();
    });
    connect(m_name, &QLineEdit::textChanged, this, &SettingsPage::updateButtons);
    connect(m_period, &QSpinBox::valueChanged, this, &SettingsPage::updateButtons);
    connect(m_hosts, &QLineEdit::textChanged, this, &SettingsPage::updateButtons);
    connect(m_origins, &QLineEdit::textChanged, this, &SettingsPage::updateButtons);
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
    card->content()->addWidget(m_reason);
    m_name->setObjectName(QStringLiteral("name"));
    addField(card, tr("&Name"), m_name, name_pointer);
    m_period->setRange(int(limits::telemetry_period_ms_min), int(limits::telemetry_period_ms_max));
    m_period->setSingleStep(100);
    m_period->setSuffix(tr(" ms"));
    m_period->setGroupSeparatorShown(true);
    m_period->setFixedWidth(130);
    addField(card, tr("&Measure every"), m_period, period_pointer);

    m_hosts->setObjectName(QStringLiteral("hosts"));
    m_hosts->setPlaceholderText(tr("none"));
    m_hosts->setToolTip(tr("Names, beside its own, that the board lets itself be asked by: a proxy's"));
    addField(card, tr("Trusted &hosts"), m_hosts, hosts_pointer);
    m_origins->setObjectName(QStringLiteral("origins"));
    m_origins->setPlaceholderText(tr("none"));
    m_origins->setToolTip(tr("Web pages, beside its own, that may change something: https://example.com"));
    addField(card, tr("Trusted &origins"), m_origins, origins_pointer);

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
    auto* caption = new Label(label);
    caption->setMinimumWidth(140);
    caption->setBuddy(field);
    row->addWidget(caption);
    row->addWidget(field, qobject_cast<QLineEdit*>(field) ? 1 : 0);
    if (!qobject_cast<QLineEdit*>(field)) row->addStretch();
    card->content()->addLayout(row);
    if (pointer.isEmpty()) return nullptr;
    auto* error = new Label;
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
    m_look.start();
    askAgain();
}

void SettingsPage::setReason(const QString& reason) {
    m_allowed = reason.isEmpty();
    m_reason->setReason(reason);
    updateButtons();
}

void SettingsPage::askAgain() {
    if (!isVisible() || !m_link.access().mayLook()) return;
    if (m_loaded) {
        look();
    } else {
        m_settings.load();
    }
}

void SettingsPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_look.stop();
}

void SettingsPage::look() {
    if (isVisible() && m_link.presence() == BoardLink::Presence::Online && m_link.access().mayLook())
        m_settings.look();
}

void SettingsPage::fill() {
    m_loaded = true;
    show(m_settings.current());
    showErrors({});
    updateButtons();
}

void SettingsPage::show(const protocol::Settings& settings) {
    m_base = settings;
    m_name->setText(qt(settings.name));
    m_period->setValue(int(settings.telemetry.period_ms));
    m_hosts->setText(joined(settings.security.hosts));
    m_origins->setText(joined(settings.security.origins));
}

/// A board takes a name in Form C alone; some keyboards and clipboards spell in another.
QString SettingsPage::typedName() const { return m_name->text().normalized(QString::NormalizationForm_C); }

void SettingsPage::merge(bool saving) {
    const protocol::Settings before = m_base;
    const protocol::Settings theirs = m_settings.current();
    const QString name = typedName();
    const int period = m_period->value();
    const QString hosts = m_hosts->text();
    const QString origins = m_origins->text();
    fill();
    QStringList collisions;
    const auto keep = [&collisions](bool typed, bool changed, const QString& what, auto restore) {
        if (!typed) return;
        restore();
        if (changed) collisions << what;
    };
    const auto other = [](bool changed, bool same) { return changed && !same; };
    keep(name != qt(before.name), other(theirs.name != before.name, qt(theirs.name) == name),
         tr("the name (“%1”)").arg(printable(qt(theirs.name))), [&] { m_name->setText(name); });
    keep(period != int(before.telemetry.period_ms),
         other(theirs.telemetry != before.telemetry, int(theirs.telemetry.period_ms) == period),
         tr("the period (%1 ms)").arg(theirs.telemetry.period_ms), [&] { m_period->setValue(period); });
    keep(hosts != joined(before.security.hosts),
         other(theirs.security.hosts != before.security.hosts, joined(theirs.security.hosts) == hosts),
         tr("the trusted hosts"), [&] { m_hosts->setText(hosts); });
    keep(
        origins != joined(before.security.origins),
        other(theirs.security.origins != before.security.origins, joined(theirs.security.origins) == origins),
        tr("the trusted origins"), [&] { m_origins->setText(origins); });
    updateButtons();
    if (!saving && collisions.isEmpty()) return;
    say(collisions.isEmpty() ? tr("Somebody else changed other settings in the meantime; they are shown. "
                                  "What you typed is not "
                                  "saved yet: save again.")
                             : tr("Somebody else changed %1, too. What you typed stands here, and saving "
                                  "puts it in place of theirs.")
                                   .arg(collisions.join(tr(" and "))),
        true);
}

std::optional<protocol::SettingsPatch> SettingsPage::changes() {
    protocol::SettingsPatch patch;
    QHash<QString, QString> wrong;
    if (const std::string name = typedName().toStdString(); name != m_base.name) {
        if (protocol::Name fits; fits.assign(name)) {
            patch.name = fits;
        } else {
            wrong.insert(
                name_pointer,
                tr("At most %1 bytes; this name has %2").arg(limits::name_bytes_max).arg(name.size()));
        }
    }
    if (const auto period = std::uint32_t(m_period->value()); period != m_base.telemetry.period_ms) {
        patch.telemetry_period_ms = period;
    }
    if (m_hosts->text() != joined(m_base.security.hosts)) {
        const QString why =
            readList(m_hosts->text(), protocol::read_trusted_host, patch.security_hosts.emplace());
        if (!why.isEmpty()) wrong.insert(hosts_pointer, why);
    }
    if (m_origins->text() != joined(m_base.security.origins)) {
        const QString why =
            readList(m_origins->text(), protocol::read_trusted_origin, patch.security_origins.emplace());
        if (!why.isEmpty()) wrong.insert(origins_pointer, why);
    }
    showErrors(wrong);
    return wrong.isEmpty() ? std::optional(patch) : std::nullopt;
}

void SettingsPage::save() {
    say({}, false);
    const auto patch = changes();
    if (!patch) return;
    m_save->setEnabled(false);  // until the answer comes: not twice
    m_settings.save(*patch);
}

void SettingsPage::say(const QString& text, bool bad) {
    m_saysSaved = false;
    m_message->setText(text);
    m_message->setObjectName(bad ? QStringLiteral("error") : QStringLiteral("muted"));
    style()->unpolish(m_message);
    style()->polish(m_message);
}

/// What is said against one item of a list stands under the list.
void SettingsPage::showErrors(const QHash<QString, QString>& fields) {
    for (auto each = m_errors.constBegin(); each != m_errors.constEnd(); ++each) {
        QString said;
        for (auto field = fields.constBegin(); field != fields.constEnd(); ++field) {
            if (field.key() == each.key() || field.key().startsWith(each.key() + u'/')) said = field.value();
        }
        each.value()->setText(said);
        each.value()->setVisible(!said.isEmpty());
    }
    for (const auto& [field, pointer] : {std::pair(m_name, name_pointer), std::pair(m_hosts, hosts_pointer),
                                         std::pair(m_origins, origins_pointer)}) {
        field->setProperty("invalid", !m_errors.value(pointer)->text().isEmpty());
        style()->unpolish(field);
        style()->polish(field);
    }
}

bool SettingsPage::hasTyped() const {
    return m_loaded && (typedName() != qt(m_base.name) ||
                        std::uint32_t(m_period->value()) != m_base.telemetry.period_ms ||
                        m_hosts->text() != joined(m_base.security.hosts) ||
                        m_origins->text() != joined(m_base.security.origins));
}

void SettingsPage::updateButtons() {
    const bool changed = hasTyped();
    if (changed && m_saysSaved) say({}, false);
    m_save->setEnabled(changed && m_allowed);
    m_revert->setEnabled(changed);
    for (QWidget* field : std::initializer_list<QWidget*>{m_name, m_period, m_hosts, m_origins})
        field->setEnabled(m_loaded && m_allowed);
}

}  // namespace boardwalk::desktop
