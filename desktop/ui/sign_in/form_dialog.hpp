#pragma once

#include <QDialog>
#include <QTimer>

class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace boardwalk::desktop {

/// A question with fields, over the page that it belongs to, so that nothing behind it is lost. What is wrong
/// stands under the fields, and what was typed stays until the answer is good. While an answer is awaited it
/// cannot be sent twice; it can be closed, and the call then ends without it.
class FormDialog : public QDialog {
    Q_OBJECT

public:
    FormDialog(const QString& title, const QString& action, QWidget* parent);

    /// One sentence that begins the dialog.
    void addText(const QString& text);
    /// A field with its label above.
    QLineEdit* addLine(const QString& label, const QString& name);
    /// The same for a password, hidden until its own button shows it.
    QLineEdit* addPassword(const QString& label, const QString& name);
    void addWidget(QWidget* widget);

    /// Waiting for an answer, or not any more.
    void setWaiting(bool waiting);
    /// Why it was not done; `field` is where to go on, and may be null.
    void refuse(const QString& why, QLineEdit* field);
    /// The same, and for so long it cannot be tried again: a countdown.
    void refuseFor(const QString& why, int seconds);
    [[nodiscard]] bool isWaiting() const { return m_waiting; }

Q_SIGNALS:
    /// The person pressed the action's button, or Return.
    void wanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showState();
    void mark(QLineEdit* field);

    QVBoxLayout* m_fields;
    QScrollArea* m_scroll;
    QLabel* m_error;
    QPushButton* m_action;
    QString m_why;
    QTimer m_countdown;
    int m_seconds = 0;
    bool m_waiting = false;
};

}  // namespace boardwalk::desktop
