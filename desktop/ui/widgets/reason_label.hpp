#pragma once

#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

/// Why what stands below may not be done, and what would help. Not there while it may.
class ReasonLabel : public Label {
    Q_OBJECT

public:
    explicit ReasonLabel(QWidget* parent = nullptr);
    void setReason(const QString& reason);
};

}  // namespace boardwalk::desktop
