#pragma once

#include <QDialog>
#include <QUrl>

class QLabel;
class QLineEdit;

namespace boardwalk::desktop {

/// Asks for the address of a board, and says under the field what is wrong with it.
class AddBoardDialog : public QDialog {
    Q_OBJECT

public:
    explicit AddBoardDialog(QWidget* parent = nullptr);

    /// Valid after the dialog was accepted.
    [[nodiscard]] const QUrl& url() const { return m_url; }

    void accept() override;

private:
    void showError(const QString& error);

    QLineEdit* m_address;
    QLabel* m_error;
    QUrl m_url;
};

}  // namespace boardwalk::desktop
