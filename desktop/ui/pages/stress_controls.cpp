#include "desktop/ui/pages/stress_controls.hpp"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSpinBox>

#include "desktop/ui/widgets/layout/flow_layout.hpp"

namespace boardwalk::desktop {

namespace {

QSpinBox* spin(int least, int most, int value, const QString& suffix, const QString& name) {
    auto* field = new QSpinBox;
    field->setRange(least, most);
    field->setValue(value);
    field->setSuffix(suffix);
    field->setAccessibleName(name);
    return field;
}

}  // namespace

StressControls::StressControls(QWidget* parent)
    : QWidget(parent),
      m_mode(new QComboBox),
      m_connections(spin(1, StressOptions::connectionsMax, 48, tr(" connections"), tr("Connections"))),
      m_browsers(spin(1, StressOptions::browsersMax, 8, tr(" browsers"), tr("Browsers"))),
      m_duration(spin(1, 3600, 5, tr(" s"), tr("Duration"))),
      m_rate(new QDoubleSpinBox),
      m_slow(spin(1, StressOptions::slowBytesPerSMax, 200, tr(" bytes/s"), tr("Bytes a second"))),
      m_button(new QPushButton) {
    m_mode->setAccessibleName(tr("Mode"));
    m_mode->addItem(tr("As fast as it can"), int(StressMode::Closed));
    m_mode->addItem(tr("At a fixed rate"), int(StressMode::Rate));
    m_mode->addItem(tr("Browsers"), int(StressMode::Browser));
    m_mode->addItem(tr("Ask once and hold"), int(StressMode::Hold));
    m_mode->addItem(tr("Silent"), int(StressMode::Silent));
    m_mode->addItem(tr("Slow"), int(StressMode::Slow));
    m_rate->setRange(1, StressOptions::rateMax);
    m_rate->setDecimals(0);
    m_rate->setValue(200);
    m_rate->setSuffix(tr(" requests/s"));
    m_rate->setAccessibleName(tr("Rate"));
    m_button->setObjectName(QStringLiteral("primary"));
    m_button->setMinimumWidth(150);
    auto* flow = new FlowLayout(this, 10);
    for (QWidget* field :
         std::initializer_list<QWidget*>{m_mode, m_connections, m_browsers, m_rate, m_slow, m_duration}) {
        field->setMinimumHeight(QPushButton(QStringLiteral("M")).sizeHint().height());
        flow->addWidget(field);
    }
    flow->addWidget(m_button);
    connect(m_mode, &QComboBox::currentIndexChanged, this, [this] {
        showFields();
        Q_EMIT modeChanged();
    });
    connect(m_button, &QPushButton::clicked, this, &StressControls::pressed);
    showFields();
    setRunning(false);
}

StressMode StressControls::mode() const { return StressMode(m_mode->currentData().toInt()); }

void StressControls::showFields() {
    m_connections->setVisible(mode() != StressMode::Browser);
    m_browsers->setVisible(mode() == StressMode::Browser);
    m_rate->setVisible(mode() == StressMode::Rate);
    m_slow->setVisible(mode() == StressMode::Slow);
}

StressOptions StressControls::options() const {
    StressOptions options;
    options.mode = mode();
    options.connections = mode() == StressMode::Browser
                              ? m_browsers->value() * StressOptions::connectionsPerBrowser
                              : m_connections->value();
    options.durationMs = m_duration->value() * 1000LL;
    options.ratePerS = mode() == StressMode::Rate ? m_rate->value() : 0;
    options.slowBytesPerS = m_slow->value();
    options.watchBoard = true;
    return options;
}

void StressControls::setRunning(bool running) {
    m_button->setText(running ? tr("&Stop (Esc)") : tr("&Stress this board"));
    for (QWidget* field :
         std::initializer_list<QWidget*>{m_mode, m_connections, m_browsers, m_rate, m_slow, m_duration})
        field->setEnabled(!running);
}

}  // namespace boardwalk::desktop
