#include "desktop/ui/theme.hpp"

#include <QApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPalette>
#include <QStyleFactory>
#include <array>
#include <cmath>

#include "desktop/ui/system_scheme.hpp"

namespace boardwalk::desktop {

namespace {

Colors lightColors() {
    return {.window = QColor(0xf4f5f7),
            .surface = QColor(0xffffff),
            .raised = QColor(0xffffff),
            .line = QColor(0xdfe3e8),
            .grid = QColor(0xe6e9ed),
            .text = QColor(0x1b2430),
            .muted = QColor(0x5f6b7a),
            .accent = QColor(0x2563eb),
            .accentText = QColor(0xffffff),
            .selection = QColor(0xdfe8fb),
            .good = QColor(0x15803d),
            .warn = QColor(0xb45309),
            .bad = QColor(0xc92a2a),
            .dark = false};
}

Colors darkColors() {
    return {.window = QColor(0x12161d),
            .surface = QColor(0x1b2129),
            .raised = QColor(0x222a34),
            .line = QColor(0x313a46),
            .grid = QColor(0x29313c),
            .text = QColor(0xe8ecf1),
            .muted = QColor(0x98a3b1),
            .accent = QColor(0x6ea0ff),
            .accentText = QColor(0x0c1626),
            .selection = QColor(0x28364d),
            .good = QColor(0x41c46f),
            .warn = QColor(0xf0a23c),
            .bad = QColor(0xff7070),
            .dark = true};
}

Colors current = lightColors();

QPalette paletteOf(const Colors& c) {
    QPalette palette;
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.surface);
    palette.setColor(QPalette::AlternateBase, c.window);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::Button, c.raised);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.bad);
    palette.setColor(QPalette::ToolTipBase, c.raised);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.muted);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.accentText);
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::Light, c.dark ? c.raised.lighter(120) : QColor(Qt::white));
    palette.setColor(QPalette::Midlight, c.dark ? c.raised.lighter(110) : c.line.lighter(105));
    palette.setColor(QPalette::Mid, c.line);
    palette.setColor(QPalette::Dark, c.dark ? c.window.darker(140) : c.line.darker(125));
    palette.setColor(QPalette::Shadow, c.dark ? QColor(Qt::black) : c.line.darker(160));
    QColor faint = c.muted;
    faint.setAlphaF(0.65F);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, faint);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.line);
    return palette;
}

/// Never a rule for spin boxes: one is enough to lose Fusion's arrows, as Qt 6.4 shows.
QString styleSheetOf(const Colors& c) {
    const auto hex = [](const QColor& color) { return color.name(); };
    return QStringLiteral(R"(
        QFrame#card { background: %surface; border: 1px solid %line; border-radius: 8px; }
        QFrame#notice { background: %raised; border: 1px solid %warn; border-radius: 6px; }
        QWidget#sidebar { background: %surface; }
        QFrame#rule { background: %line; border: 0; }
        QScrollArea, QScrollArea > QWidget > QWidget#page { background: transparent; border: 0; }
        QLabel#muted { color: %muted; }
        QLabel#error { color: %bad; }
        QLabel#good { color: %good; }
        QLabel#warning { color: %warn; }
        QTabBar { background: transparent; }
        QTabBar::tab { background: transparent; color: %muted; padding: 7px 11px 8px 11px; border: 0;
                       border-bottom: 2px solid transparent; }
        QTabBar::tab:selected { color: %text; border-bottom: 2px solid %accent; }
        QTabBar::tab:hover:!selected { color: %text; }
        QTabBar::tab:focus { color: %accent; }
        QTabWidget::pane { border: 0; border-top: 1px solid %line; top: -1px; }
        QPushButton { background: %raised; color: %text; border: 1px solid %line; border-radius: 6px;
                      padding: 6px 16px; min-height: 18px; }
        QPushButton:hover { border-color: %muted; }
        QPushButton:pressed { background: %selection; }
        QPushButton:focus { border-color: %accent; }
        QPushButton:disabled { color: %muted; background: %window; }
        QPushButton:checked { background: %selection; border-color: %accent; }
        QPushButton#primary { background: %accent; color: %accentText; border-color: %accent; font-weight: 600; }
        QPushButton#primary:hover { background: %accentHover; }
        QPushButton#primary:focus { border-color: %text; }
        QPushButton#primary:disabled { background: %line; color: %muted; border-color: %line; }
        QPushButton#danger { background: %surface; color: %bad; border-color: %bad; font-weight: 600; }
        QListView { background: transparent; border: 0; outline: 0; }
        QPlainTextEdit, QTableView { background: %surface; border: 1px solid %line; border-radius: 8px; }
        QLineEdit { background: %surface; border: 1px solid %line; border-radius: 6px; padding: 5px 8px;
                    selection-background-color: %accent; selection-color: %accentText; }
        QLineEdit:focus { border-color: %accent; }
        QSlider { min-height: 22px; }
        QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: %line; }
        QSlider::sub-page:horizontal { border-radius: 2px; background: %accent; }
        QSlider::handle:horizontal { width: 14px; height: 14px; margin: -7px 0; border-radius: 9px;
                                     background: %surface; border: 2px solid %accent; }
        QSlider::handle:horizontal:focus { background: %accent; border-color: %text; }
        QSlider::sub-page:horizontal:disabled { background: %muted; }
        QSlider::handle:horizontal:disabled { border-color: %muted; }
        QLineEdit[invalid="true"] { border-color: %bad; }
        QHeaderView { background: transparent; }
        QHeaderView::section { background: transparent; color: %muted; border: 0; border-bottom: 1px solid %line;
                               padding: 6px 6px; }
        QTableView::item { padding-left: 6px; }
        QTableView::item:selected { background: %selection; color: %text; }
        QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
        QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
        QScrollBar::handle { background: %line; border-radius: 4px; margin: 1px; }
        QScrollBar::handle:vertical { min-height: 32px; }
        QScrollBar::handle:horizontal { min-width: 32px; }
        QScrollBar::handle:hover { background: %muted; }
        QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
        QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
        QToolTip { background: %raised; color: %text; border: 1px solid %line; padding: 4px; }
        QMenu { background: %raised; border: 1px solid %line; padding: 4px; }
        QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
        QMenu::item:selected { background: %selection; color: %text; }
        QMenu::item:disabled { color: %muted; }
        QMenu::separator { height: 1px; background: %line; margin: 4px 6px; }
    )")
        .replace(QStringLiteral("%accentText"), hex(c.accentText))
        .replace(QStringLiteral("%accentHover"), hex(c.dark ? c.accent.lighter(112) : c.accent.darker(112)))
        .replace(QStringLiteral("%accent"), hex(c.accent))
        .replace(QStringLiteral("%surface"), hex(c.surface))
        .replace(QStringLiteral("%selection"), hex(c.selection))
        .replace(QStringLiteral("%raised"), hex(c.raised))
        .replace(QStringLiteral("%window"), hex(c.window))
        .replace(QStringLiteral("%muted"), hex(c.muted))
        .replace(QStringLiteral("%line"), hex(c.line))
        .replace(QStringLiteral("%text"), hex(c.text))
        .replace(QStringLiteral("%warn"), hex(c.warn))
        .replace(QStringLiteral("%good"), hex(c.good))
        .replace(QStringLiteral("%bad"), hex(c.bad));
}

QFont scaled(const QFont& base, double factor, QFont::Weight weight) {
    QFont font = base;
    font.setPointSizeF(base.pointSizeF() * factor);
    font.setWeight(weight);
    return font;
}

}  // namespace

Theme::Theme(QApplication& application, ThemeChoice choice) : m_application(application), m_choice(choice) {
    m_systemDark = systemPrefersDark(application.palette());
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QFont font = QApplication::font();
    font.setFamilies({QStringLiteral("Inter"), QStringLiteral("Segoe UI"), QStringLiteral("Noto Sans"),
                      QStringLiteral("DejaVu Sans")});
    font.setPointSizeF(10.5);
    QApplication::setFont(font);
    apply();
    auto* watch = new SystemSchemeWatch(this);
    connect(watch, &SystemSchemeWatch::changed, this, [this](bool dark) {
        m_systemDark = dark;
        if (m_choice == ThemeChoice::System) apply();
    });
}

void Theme::choose(ThemeChoice choice) {
    m_choice = choice;
    apply();
}

void Theme::apply() {
    const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemDark);
    current = dark ? darkColors() : lightColors();
    QApplication::setPalette(paletteOf(current));
    m_application.setStyleSheet(styleSheetOf(current));
    Q_EMIT changed();
}

const Colors& Theme::colors() { return current; }

Theme::ForPaper::ForPaper() : m_dark(current.dark) { current = lightColors(); }
Theme::ForPaper::~ForPaper() {
    if (m_dark) current = darkColors();
}

QColor Theme::series(int index) {
    static const std::array<QRgb, 6> on_light{0x2563eb, 0xd9480f, 0x0f8b8d, 0x8b3fc4, 0xa37b00, 0xc2255c};
    static const std::array<QRgb, 6> on_dark{0x6ea0ff, 0xff9a62, 0x45c8c5, 0xc792ea, 0xe0bd4a, 0xff7fac};
    const auto& all = current.dark ? on_dark : on_light;
    return QColor(all[std::size_t(index) % all.size()]);
}

QFont Theme::small(const QFont& base) { return scaled(base, 0.84, QFont::Normal); }
QFont Theme::title(const QFont& base) { return scaled(base, 1.6, QFont::DemiBold); }
QFont Theme::figure(const QFont& base) { return scaled(base, 1.95, QFont::DemiBold); }
QFont Theme::bold(const QFont& base) { return scaled(base, 1.0, QFont::DemiBold); }

}  // namespace boardwalk::desktop
