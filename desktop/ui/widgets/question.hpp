#pragma once

#include <QString>

class QWidget;

namespace boardwalk::desktop {

/// Asks before something is lost or sent. `text` and `more` are shown as they are, also where a board's name
/// stands in them. True when `action` was chosen; Escape and Return are the harmless answer when `harmful`.
bool ask(QWidget* parent, const QString& title, const QString& text, const QString& more,
         const QString& action, bool harmful);

/// Says that something failed.
void tellFailure(QWidget* parent, const QString& title, const QString& text);

}  // namespace boardwalk::desktop
