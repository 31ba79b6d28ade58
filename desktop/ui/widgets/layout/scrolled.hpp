#pragma once

class QScrollArea;
class QWidget;

namespace boardwalk::desktop {

/// `page`, as wide as there is room and scrolled where it is higher; without a frame.
QScrollArea* scrolled(QWidget* page);

/// Makes the scrolled `page` the whole of `host`.
QScrollArea* fillScrolled(QWidget* host, QWidget* page);

}  // namespace boardwalk::desktop
