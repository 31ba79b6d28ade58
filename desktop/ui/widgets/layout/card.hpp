#pragma once

#include <QFrame>
#include <QString>

class QLabel;
class QVBoxLayout;

namespace boardwalk::desktop {

/// A surface with a border, and a caption when it has one.
class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(const QString& caption = {}, QWidget* parent = nullptr);
    [[nodiscard]] QVBoxLayout* content() const { return m_content; }

private:
    QVBoxLayout* m_content;
};

/// A card with a caption and one big figure.
class FigureCard : public Card {
    Q_OBJECT

public:
    explicit FigureCard(const QString& caption, QWidget* parent = nullptr);
    void setFigure(const QString& text, const QString& note = {});
    [[nodiscard]] QString figure() const;
    /// A figure of before.
    void setFaded(bool faded);
    [[nodiscard]] bool isFaded() const;

private:
    QString m_caption;
    QLabel* m_figure;
};

}  // namespace boardwalk::desktop
