#include "desktop/ui/widgets/layout/scrolled.hpp"

#include <QScrollArea>
#include <QVBoxLayout>

namespace boardwalk::desktop {

QScrollArea* scrolled(QWidget* page) {
    page->setObjectName(QStringLiteral("page"));
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(page);
    return scroll;
}

QScrollArea* fillScrolled(QWidget* host, QWidget* page) {
    auto* scroll = scrolled(page);
    auto* layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    return scroll;
}

}  // namespace boardwalk::desktop
