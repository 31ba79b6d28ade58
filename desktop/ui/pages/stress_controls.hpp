#pragma once

#include <QWidget>

#include "desktop/core/stress/stress_options.hpp"

class QComboBox;
class QDoubleSpinBox;
class QPushButton;
class QSpinBox;

namespace boardwalk::desktop {

/// How a crowd is to come, in one line, and the button that sends it.
class StressControls : public QWidget {
    Q_OBJECT

public:
    explicit StressControls(QWidget* parent = nullptr);

    /// What is chosen; the board is not in it.
    [[nodiscard]] StressOptions options() const;
    [[nodiscard]] StressMode mode() const;
    void setRunning(bool running);

Q_SIGNALS:
    void pressed();
    void modeChanged();

private:
    void showFields();

    QComboBox* m_mode;
    QSpinBox* m_connections;
    QSpinBox* m_browsers;
    QSpinBox* m_duration;
    QDoubleSpinBox* m_rate;
    QSpinBox* m_slow;
    QPushButton* m_button;
};

}  // namespace boardwalk::desktop
