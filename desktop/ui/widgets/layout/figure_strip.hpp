#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

class QLabel;

namespace boardwalk::desktop {

/// Several figures in little room, each with its caption above, in as many columns as are asked for.
class FigureStrip : public QWidget {
    Q_OBJECT

public:
    FigureStrip(const QStringList& captions, int columns, QWidget* parent = nullptr);
    void explain(int index, const QString& text);

    /// `other`, below it, is the figure of the test that this one is compared with; empty: none.
    void setFigure(int index, const QString& text, const QString& other = {});
    /// The figure with this caption; empty when there is none.
    [[nodiscard]] QString figure(const QString& caption) const;

private:
    QStringList m_captions;
    std::vector<QLabel*> m_figures;
    std::vector<QLabel*> m_others;
};

}  // namespace boardwalk::desktop
