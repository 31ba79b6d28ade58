#include "desktop/ui/widgets/save_file.hpp"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QSaveFile>

#include "desktop/ui/widgets/question.hpp"

namespace boardwalk::desktop {

namespace {
QString tr(const char* text) { return QCoreApplication::translate("SaveFile", text); }
}  // namespace

void saveFile(QWidget* parent, const QString& title, const QString& name,
              const std::function<QByteArray()>& text) {
    const QString path =
        QFileDialog::getSaveFileName(parent, title, name, QStringLiteral("*.") + QFileInfo(name).suffix());
    if (path.isEmpty()) return;
    QSaveFile file(path);
    const QByteArray bytes = text();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        tellFailure(parent, tr("Not saved"), tr("%1 could not be written: %2").arg(path, file.errorString()));
}

}  // namespace boardwalk::desktop
