#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace boardwalk::desktop {

/// Nothing to show, said with the reason and the next step.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    EmptyState(const QString& title, const QString& text, const QString& action, QWidget* parent = nullptr);
    void setText(const QString& title, const QString& text);

Q_SIGNALS:
    void actionWanted();

private:
    QLabel* m_title;
    QLabel* m_text;
};

}  // namespace boardwalk::desktop
