#pragma once

#include <QAbstractButton>

namespace boardwalk::desktop {

/// A switch that looks like one: the knob's side tells on from off, and so does the colour.
class ToggleSwitch : public QAbstractButton {
    Q_OBJECT

public:
    explicit ToggleSwitch(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {46, 26}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace boardwalk::desktop
