#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;

namespace boardwalk::desktop {

/// A few choices side by side, one of which is taken.
class Segmented : public QWidget {
    Q_OBJECT

public:
    explicit Segmented(const QStringList& choices, QWidget* parent = nullptr);

    /// As if a person had chosen; says `chosen`.
    void choose(int index);
    /// Shows what is taken, silently.
    void setCurrent(int index);
    [[nodiscard]] int current() const;

Q_SIGNALS:
    void chosen(int index);

private:
    QButtonGroup* m_group;
};

}  // namespace boardwalk::desktop
