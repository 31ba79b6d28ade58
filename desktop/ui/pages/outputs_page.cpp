#include "desktop/ui/pages/outputs_page.hpp"

#include <QLabel>
#include <QPointer>
#include <QVBoxLayout>
#include <map>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/widgets/controls/output_control.hpp"
#include "desktop/ui/widgets/empty_state.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/scrolled.hpp"
#include "desktop/ui/widgets/reason_label.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int cards_width_max = 640;  // a switch far from its name is hard to read across
}

OutputsPage::OutputsPage(BoardLink& link, QWidget* parent)
    : QWidget(parent), m_link(link), m_reason(new ReasonLabel) {
    auto* page = new QWidget;
    m_body = new QVBoxLayout(page);
    m_body->setContentsMargins(0, 14, 0, 0);
    m_body->addWidget(m_reason);
    fillScrolled(this, page);

    connect(&link.state(), &BoardState::structureChanged, this, &OutputsPage::rebuild);
    connect(&link.state(), &BoardState::outputsChanged, this, &OutputsPage::showAll);
    connect(&link.state(), &BoardState::told, this, &OutputsPage::onWord);
    if (link.state().isKnown()) rebuild();
}

void OutputsPage::rebuild() {
    delete m_content;
    m_rows.clear();
    const auto& outputs = m_link.state().state().outputs;
    if (outputs.empty()) {
        m_content = new EmptyState(tr("Nothing to set"), tr("This board has no outputs."), {});
        m_body->addWidget(m_content);
        return;
    }
    m_content = new QWidget;
    auto* layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    std::map<std::string, Card*> groups;
    for (const protocol::Output& output : outputs) {
        Card*& card = groups[output.group];
        if (!card) {
            card = new Card(qt(output.group));
            card->setMaximumWidth(cards_width_max);
            layout->addWidget(card);
        }
        card->content()->addWidget(buildRow(output));
    }
    layout->addStretch();
    updateEnabled();
    m_body->addWidget(m_content);
    showAll();
}

void OutputsPage::setAway(bool away) {
    m_away = away;
    updateEnabled();
}

void OutputsPage::setReason(const QString& reason) {
    m_allowed = reason.isEmpty();
    m_reason->setReason(reason);
    updateEnabled();
}

void OutputsPage::updateEnabled() {
    if (m_content) m_content->setEnabled(!m_away && m_allowed);
}

QWidget* OutputsPage::buildRow(const protocol::Output& output) {
    const QString id = qt(output.id);
    Row row{OutputControl::make(output), new Label};
    row.control->setObjectName(QStringLiteral("output-") + id);
    row.error->setObjectName(QStringLiteral("error"));
    row.error->setWordWrap(true);
    row.error->hide();
    m_rows.insert(id, row);

    connect(row.control, &OutputControl::wanted, this, [this, id](const protocol::OutputValue& value) {
        ++m_rows[id].underWay;
        m_rows[id].error->hide();
        const QPointer<QWidget> content = m_content;
        m_link.setOutput(id.toStdString(), value,
                         [this, id, self = QPointer(this), content](const SetOutcome& outcome) {
                             if (!self || !content || !m_rows.contains(id)) return;
                             --m_rows[id].underWay;
                             tell(id, outcome);
                             showValue(id);
                         });
    });

    auto* widget = new QWidget;
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 5, 0, 5);
    layout->setSpacing(2);
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    auto* name = new ElidedLabel(qt(output.name));
    name->setMinimumWidth(140);
    line->addWidget(name);
    line->addWidget(row.control, 1);
    layout->addLayout(line);
    layout->addWidget(row.error);
    return widget;
}

void OutputsPage::tell(const QString& id, const SetOutcome& outcome) {
    Row& row = m_rows[id];
    const protocol::Output* output = m_link.state().output(id.toStdString());
    row.unknown = outcome.unknown;
    row.refusedAt = output ? output->value : protocol::OutputValue();
    const bool press = output && output->kind == protocol::OutputKind::button;
    row.error->setText(!outcome.unknown ? outcome.problem
                       : press          ? tr("It may or may not have been pressed: %1").arg(outcome.problem)
                                        : tr("It may or may not have changed: %1").arg(outcome.problem));
    row.error->setVisible(!outcome.problem.isEmpty());
}

/// What was unknown is what the board says now; what was refused lasts until the value is another. Whether a
/// button was pressed no later word tells.
void OutputsPage::onWord() {
    for (auto row = m_rows.begin(); row != m_rows.end(); ++row) {
        const protocol::Output* output = m_link.state().output(row.key().toStdString());
        if (!output || output->kind == protocol::OutputKind::button || row->underWay > 0) continue;
        if (row->unknown || output->value != row->refusedAt) row->error->hide();
    }
}

void OutputsPage::showAll() {
    for (auto row = m_rows.constBegin(); row != m_rows.constEnd(); ++row)
        showValue(row.key());
}

void OutputsPage::showValue(const QString& id) {
    const Row& row = m_rows[id];
    const protocol::Output* output = m_link.state().output(id.toStdString());
    if (output && row.underWay == 0) row.control->showValue(output->value);
}

}  // namespace boardwalk::desktop
