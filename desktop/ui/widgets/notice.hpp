#pragma once

#include <QFrame>

class QLabel;

namespace boardwalk::desktop {

/// One sentence across the top, until it is closed: something that the person must know and that no field
/// owns.
class Notice : public QFrame {
    Q_OBJECT

public:
    explicit Notice(QWidget* parent = nullptr);
    void say(const QString& text);

private:
    QLabel* m_text;
};

}  // namespace boardwalk::desktop
