#pragma once

#include <QWidget>

#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// What a person moves to set one output. Made for the output's kind by `make`.
class OutputControl : public QWidget {
    Q_OBJECT

public:
    static OutputControl* make(const protocol::Output& output);

    /// Shows what the board has, silently. Not while a person is moving the control.
    virtual void showValue(const protocol::OutputValue& value) = 0;

Q_SIGNALS:
    void wanted(const protocol::OutputValue& value);

protected:
    using QWidget::QWidget;
};

}  // namespace boardwalk::desktop
