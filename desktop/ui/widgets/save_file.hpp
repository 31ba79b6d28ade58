#pragma once

#include <QByteArray>
#include <QString>
#include <functional>

class QWidget;

namespace boardwalk::desktop {

/// Asks a person for a file, with `name` proposed, and writes `text()` to it: whole, or not at all. Says so
/// when it could not be written.
void saveFile(QWidget* parent, const QString& title, const QString& name,
              const std::function<QByteArray()>& text);

}  // namespace boardwalk::desktop
