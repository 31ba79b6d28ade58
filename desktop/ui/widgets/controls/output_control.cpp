#include "desktop/ui/widgets/controls/output_control.hpp"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <optional>

#include "desktop/core/text.hpp"
#include "desktop/ui/widgets/controls/segmented.hpp"
#include "desktop/ui/widgets/controls/toggle_switch.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int segments_max = 4;
constexpr std::size_t option_characters_max = 31;  // as long as one can be that a board is sent
constexpr int send_after_ms = 80;  // a slider says hundreds of values: the board needs the latest

QHBoxLayout* row(QWidget* of) {
    auto* layout = new QHBoxLayout(of);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    return layout;
}

class SwitchControl : public OutputControl {
public:
    explicit SwitchControl(const QString& name) : m_switch(new ToggleSwitch) {
        m_switch->setAccessibleName(name);
        row(this)->addWidget(m_switch, 0, Qt::AlignRight);
        connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) { Q_EMIT wanted(on); });
    }
    void showValue(const protocol::OutputValue& value) override {
        if (const bool* on = std::get_if<bool>(&value)) m_switch->setChecked(*on);
    }

private:
    ToggleSwitch* m_switch;
};

class ButtonControl : public OutputControl {
public:
    explicit ButtonControl(const QString& name) {
        auto* button = new QPushButton(tr("Press"));
        button->setAccessibleName(name);
        row(this)->addWidget(button, 0, Qt::AlignRight);
        connect(button, &QPushButton::clicked, this, [this] { Q_EMIT wanted(true); });
    }
    void showValue(const protocol::OutputValue&) override {}
};

class ChoiceControl : public OutputControl {
public:
    ChoiceControl(const QString& name, const std::vector<std::string>& options) : m_options(options) {
        QStringList texts;
        for (const std::string& option : options)
            texts << printable(qt(clipped(option, option_characters_max)));
        if (texts.size() <= segments_max) {
            m_segments = new Segmented(texts);
            m_segments->setAccessibleName(name);
            row(this)->addWidget(m_segments, 0, Qt::AlignRight);
            connect(m_segments, &Segmented::chosen, this, &ChoiceControl::want);
        } else {
            m_combo = new QComboBox;
            m_combo->addItems(texts);
            m_combo->setAccessibleName(name);
            row(this)->addWidget(m_combo, 0, Qt::AlignRight);
            connect(m_combo, &QComboBox::activated, this, &ChoiceControl::want);
        }
    }
    void showValue(const protocol::OutputValue& value) override {
        const auto* choice = std::get_if<protocol::Choice>(&value);
        if (!choice) return;
        const auto found = std::ranges::find(m_options, choice->view());
        const int index = found == m_options.end() ? -1 : int(found - m_options.begin());
        if (m_segments) m_segments->setCurrent(index);
        if (m_combo) m_combo->setCurrentIndex(index);
    }

private:
    void want(int index) {
        if (const auto value = protocol::choice_value(m_options[std::size_t(index)])) Q_EMIT wanted(*value);
    }

    std::vector<std::string> m_options;
    Segmented* m_segments = nullptr;
    QComboBox* m_combo = nullptr;
};

class LevelControl : public OutputControl {
public:
    LevelControl(const protocol::Output& output, const QString& name)
        : m_low(output.min.value_or(0)),
          m_step(output.step.value_or(1) > 0 ? output.step.value_or(1) : 1),
          m_slider(new QSlider(Qt::Horizontal)),
          m_spin(new QDoubleSpinBox) {
        const double high = std::max(output.max.value_or(100), m_low + m_step);
        m_slider->setRange(0, std::min(100'000, int(std::lround((high - m_low) / m_step))));
        m_slider->setPageStep(std::max(1, m_slider->maximum() / 10));
        m_slider->setMinimumWidth(160);
        m_slider->setAccessibleName(name);
        m_spin->setDecimals(std::clamp(int(std::ceil(-std::log10(m_step) - 1e-9)), 0, 4));
        m_spin->setRange(m_low, high);
        m_spin->setSingleStep(m_step);
        m_spin->setAccessibleName(name);
        if (!output.unit.empty()) m_spin->setSuffix(u' ' + qt(output.unit));
        m_spin->setKeyboardTracking(false);
        if (auto* text = m_spin->findChild<QLineEdit*>())
            connect(text, &QLineEdit::textEdited, this, [this] { m_typing = true; });
        auto* layout = row(this);
        layout->addWidget(m_slider, 1);
        layout->addWidget(m_spin);
        m_send.setSingleShot(true);
        m_send.setInterval(send_after_ms);
        connect(m_slider, &QSlider::valueChanged, this,
                [this](int position) { want(m_low + position * m_step); });
        connect(m_spin, &QDoubleSpinBox::valueChanged, this, &LevelControl::want);
        connect(&m_send, &QTimer::timeout, this, [this] { Q_EMIT wanted(m_spin->value()); });
        // What the board told while a person held the slider, or typed, and then left it as it was.
        connect(m_slider, &QSlider::sliderPressed, this, [this] { m_moved = false; });
        connect(m_slider, &QSlider::sliderReleased, this, [this] {
            if (!m_moved && m_told) showValue(*m_told);
        });
        connect(m_spin, &QDoubleSpinBox::editingFinished, this, [this] {
            m_typing = false;
            if (!m_wants && m_told) showValue(*m_told);
        });
    }
    void showValue(const protocol::OutputValue& value) override {
        const double* level = std::get_if<double>(&value);
        if (!level) return;
        m_told = *level;
        m_wants = false;
        if (m_slider->isSliderDown() || m_send.isActive()) return;
        if (m_typing) {
            showSlider(*level);
        } else {
            show(*level);
        }
    }

private:
    void want(double level) {
        m_moved = m_wants = true;
        show(level);
        if (!m_send.isActive()) m_send.start();
    }
    void show(double level) {
        const QSignalBlocker quiet(m_spin);
        m_spin->setValue(level);
        showSlider(level);
    }
    void showSlider(double level) {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(int(std::lround((level - m_low) / m_step)));
    }

    double m_low;
    double m_step;
    QSlider* m_slider;
    QDoubleSpinBox* m_spin;
    QTimer m_send;
    std::optional<double> m_told;  ///< the board's value
    bool m_typing = false;
    bool m_moved = false;  ///< the slider, since it was pressed
    bool m_wants = false;  ///< something else than `m_told`, which the board has not answered
};

}  // namespace

OutputControl* OutputControl::make(const protocol::Output& output) {
    const QString name = qt(output.name);
    switch (output.kind) {
        case protocol::OutputKind::switch_: return new SwitchControl(name);
        case protocol::OutputKind::level: return new LevelControl(output, name);
        case protocol::OutputKind::choice: return new ChoiceControl(name, output.options);
        case protocol::OutputKind::button: return new ButtonControl(name);
    }
    return nullptr;
}

}  // namespace boardwalk::desktop
