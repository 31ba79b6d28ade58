#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace boardwalk::desktop {

/// One sentence across the top, until it is closed: something that the person must know and that no field
/// owns.
class Notice : public QFrame {
    Q_OBJECT

public:
    explicit Notice(QWidget* parent = nullptr);
    void say(const QString& text);
    /// With a button that copies `secret`, which stands in the text. It is forgotten when the notice is
    /// closed.
    void saySecret(const QString& text, const QString& secret);

private:
    void close();

    QLabel* m_text;
    QPushButton* m_copy;
    QString m_secret;
};

}  // namespace boardwalk::desktop
