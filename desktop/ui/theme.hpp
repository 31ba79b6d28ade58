#pragma once

#include <QColor>
#include <QFont>
#include <QObject>

#include "desktop/core/options.hpp"

class QApplication;

namespace boardwalk::desktop {

/// What is of before, and not of now, is painted with this.
inline constexpr double faded_opacity = 0.45;

/// The colours that our own painting uses. Each state also has a shape: see `paint.hpp`.
struct Colors {
    QColor window, surface, raised, line, grid, text, muted, accent, accentText, selection;
    QColor good, warn, bad;
    bool dark = false;
};

/// Fusion with our light or dark palette and a small style sheet. Follows the system where it tells.
class Theme : public QObject {
    Q_OBJECT

public:
    /// Call once, after the application object and before the first widget.
    Theme(QApplication& application, ThemeChoice choice);

    void choose(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }

    static const Colors& colors();
    /// Line colours of charts, in the order in which series are added; distinct for the common colour
    /// blindnesses.
    static QColor series(int index);

    /// While this stands, colours are those of the light theme, whichever is shown: what is painted goes to
    /// paper.
    class ForPaper {
    public:
        ForPaper();
        ~ForPaper();
        ForPaper(const ForPaper&) = delete;
        ForPaper& operator=(const ForPaper&) = delete;

    private:
        bool m_dark;
    };

    static QFont small(const QFont& base);
    static QFont title(const QFont& base);
    static QFont figure(const QFont& base);
    static QFont bold(const QFont& base);

Q_SIGNALS:
    void changed();

private:
    void apply();

    QApplication& m_application;
    ThemeChoice m_choice;
    bool m_systemDark = false;
};

}  // namespace boardwalk::desktop
