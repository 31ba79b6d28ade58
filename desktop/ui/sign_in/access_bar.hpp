#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace boardwalk::desktop {

class BoardAccess;

/// Over a board's tabs while something is to be done about whose it is: claim it, sign in, or say that it is
/// the one.
class AccessBar : public QFrame {
    Q_OBJECT

public:
    explicit AccessBar(BoardAccess& access, QWidget* parent = nullptr);

    /// `seen`: values of the board are shown, now or of before.
    void showState(bool online, bool seen);

Q_SIGNALS:
    void claimWanted();
    void signInWanted();
    void confirmWanted();

private:
    [[nodiscard]] QString text(bool seen) const;

    BoardAccess& m_access;
    QLabel* m_text;
    QPushButton* m_claim;
    QPushButton* m_confirm;
    QPushButton* m_signIn;
};

}  // namespace boardwalk::desktop
