#include "desktop/ui/widgets/question.hpp"

#include <QLabel>
#include <QMessageBox>
#include <QPushButton>

namespace boardwalk::desktop {

namespace {

/// Its format is that of one label only: the others would still take HTML.
void makePlain(QMessageBox& box) {
    box.setTextFormat(Qt::PlainText);
    for (QLabel* label : box.findChildren<QLabel*>())
        label->setTextFormat(Qt::PlainText);
}

}  // namespace

bool ask(QWidget* parent, const QString& title, const QString& text, const QString& more,
         const QString& action, bool harmful) {
    QMessageBox box(QMessageBox::Question, title, {}, QMessageBox::Cancel, parent);
    box.setText(text);
    box.setInformativeText(more);
    makePlain(box);
    QPushButton* go = box.addButton(action, QMessageBox::AcceptRole);
    box.setDefaultButton(harmful ? qobject_cast<QPushButton*>(box.button(QMessageBox::Cancel)) : go);
    box.exec();
    return box.clickedButton() == go;
}

void tellFailure(QWidget* parent, const QString& title, const QString& text) {
    QMessageBox box(QMessageBox::Warning, title, {}, QMessageBox::Ok, parent);
    box.setText(text);
    makePlain(box);
    box.exec();
}

}  // namespace boardwalk::desktop
