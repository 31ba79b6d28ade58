#include "desktop/ui/widgets/controls/segmented.hpp"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>

namespace boardwalk::desktop {

Segmented::Segmented(const QStringList& choices, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (int i = 0; i < choices.size(); ++i) {
        // A board's "Black & white" is no shortcut.
        auto* button = new QPushButton(QString(choices[i]).replace(u'&', QStringLiteral("&&")));
        button->setCheckable(true);
        button->setAccessibleName(choices[i]);
        m_group->addButton(button, i);
        layout->addWidget(button);
    }
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(m_group, &QButtonGroup::idClicked, this, &Segmented::chosen);
}

void Segmented::choose(int index) {
    setCurrent(index);
    Q_EMIT chosen(index);
}

void Segmented::setCurrent(int index) {
    if (QAbstractButton* button = m_group->button(index)) button->setChecked(true);
}

int Segmented::current() const { return m_group->checkedId(); }

}  // namespace boardwalk::desktop
