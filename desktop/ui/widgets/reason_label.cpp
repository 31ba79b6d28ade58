#include "desktop/ui/widgets/reason_label.hpp"

namespace boardwalk::desktop {

ReasonLabel::ReasonLabel(QWidget* parent) : Label({}, parent) {
    setObjectName(QStringLiteral("warning"));
    setWordWrap(true);
    hide();
}

void ReasonLabel::setReason(const QString& reason) {
    if (text() != reason) setText(reason);
    setVisible(!reason.isEmpty());
}

}  // namespace boardwalk::desktop
