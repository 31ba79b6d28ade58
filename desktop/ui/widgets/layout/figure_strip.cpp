#include "desktop/ui/widgets/layout/figure_strip.hpp"

#include <QGridLayout>
#include <QLabel>

#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"

namespace boardwalk::desktop {

FigureStrip::FigureStrip(const QStringList& captions, int columns, QWidget* parent)
    : QWidget(parent), m_captions(captions) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(0);
    for (int i = 0; i < int(captions.size()); ++i) {
        auto* caption = new ElidedLabel(captions[i]);
        caption->setObjectName(QStringLiteral("muted"));
        caption->setFont(Theme::small(font()));
        auto* figure = new ElidedLabel(QStringLiteral("–"));
        figure->setFont(Theme::bold(font()));
        m_figures.push_back(figure);
        auto* other = new ElidedLabel;
        other->setObjectName(QStringLiteral("muted"));
        other->setFont(Theme::small(font()));
        other->hide();
        m_others.push_back(other);
        const int row = i / columns * 3;
        grid->addWidget(caption, row, i % columns);
        grid->addWidget(figure, row + 1, i % columns);
        grid->addWidget(other, row + 2, i % columns);
        grid->setColumnStretch(i % columns, 1);
    }
}

void FigureStrip::setFigure(int index, const QString& text, const QString& other) {
    QLabel* label = m_figures.at(std::size_t(index));
    QLabel* below = m_others.at(std::size_t(index));
    below->setVisible(!other.isEmpty());
    if (label->text() == text && below->text() == other) return;
    label->setText(text);
    below->setText(other);
    label->setAccessibleName(m_captions[index] + QStringLiteral(": ") + text);
    below->setAccessibleName(m_captions[index] + QStringLiteral(" (compared): ") + other);
}

void FigureStrip::explain(int index, const QString& text) {
    m_figures.at(std::size_t(index))->setToolTip(text);
}

QString FigureStrip::figure(const QString& caption) const {
    const qsizetype index = m_captions.indexOf(caption);
    return index < 0 ? QString() : m_figures[std::size_t(index)]->text();
}

}  // namespace boardwalk::desktop
