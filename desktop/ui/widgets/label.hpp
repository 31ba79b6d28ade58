#pragma once

#include <QLabel>

namespace boardwalk::desktop {

/// A label that shows its text as it is. QLabel's own default takes what looks like HTML for HTML, and most
/// of what is shown here was said by a board or by the network.
class Label : public QLabel {
    Q_OBJECT

public:
    explicit Label(const QString& text = {}, QWidget* parent = nullptr);
    /// QLabel's own is as wide as the longest word, which a board may make wider than any screen.
    [[nodiscard]] QSize minimumSizeHint() const override;
};

/// One line, cut with an ellipsis where there is no room; then its tooltip has all of it.
class ElidedLabel : public Label {
    Q_OBJECT

public:
    using Label::Label;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QString elided() const;
};

}  // namespace boardwalk::desktop
