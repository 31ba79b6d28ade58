#pragma once

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QNetworkRequest>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <memory>

#include "desktop/ui/main_window.hpp"
#include "desktop/ui/pages/board_page.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/figure_strip.hpp"
#include "tests/desktop/fake_board.hpp"
#include "tests/desktop/real_board.hpp"

namespace boardwalk::desktop {

/// A window before a real board, with what a person finds and presses in it.
class WindowFixture : public QObject {
protected:
    static constexpr int patience_ms = 10'000;

    std::unique_ptr<RealBoard> m_board;
    QByteArray m_token;  ///< of its owner, once it is claimed
    std::unique_ptr<QTemporaryDir> m_data;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;

    void open(const QUrl& board, const QByteArray& saved = {}) {
        m_data = std::make_unique<QTemporaryDir>();
        if (!saved.isEmpty()) {
            QFile list(m_data->filePath("boards.json"));
            QVERIFY(list.open(QIODevice::WriteOnly));
            list.write(saved);
        }
        m_theme = std::make_unique<Theme>(*qApp, ThemeChoice::Light);
        Options options = parseOptions(
            {"boardwalk", "--discovery=off", "--board", board.toString(), "--data-dir", m_data->path()});
        if (m_board && board == m_board->url()) options.token = m_token;
        m_window = std::make_unique<MainWindow>(options, *m_theme);
        m_window->resize(1240, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    /// Starts `m_board` and claims it; the window is then opened with the owner's token.
    void startBoard() {
        m_board = std::make_unique<RealBoard>(QStringList{"--name", "Kitchen"});
        QVERIFY(m_board->url().isValid());
        m_token = m_board->claim();
        QVERIFY(!m_token.isEmpty());
    }
    /// A request to `m_board`, past the companion.
    [[nodiscard]] QNetworkRequest request(const char* path) const {
        QNetworkRequest asked(m_board->url().resolved(QUrl(QLatin1String(path))));
        asked.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        asked.setRawHeader("Authorization", "Bearer " + m_token);
        return asked;
    }
    /// Shows the board's settings. Returns the field of its name, which may be still empty.
    QLineEdit* showSettings() {
        m_window->page()->showTab(BoardPage::SettingsTab);
        return m_window->page()->findChild<QLineEdit*>("name");
    }
    template <class Widget>
    [[nodiscard]] Widget* visible(const QString& accessibleName) const {
        for (Widget* each : m_window->findChildren<Widget*>())
            if (each->isVisible() && each->accessibleName() == accessibleName) return each;
        return nullptr;
    }
    /// The figure on the card with this caption.
    [[nodiscard]] QString figure(const QString& caption) const {
        for (const FigureCard* card : m_window->findChildren<FigureCard*>())
            for (const QLabel* label : card->findChildren<QLabel*>())
                if (card->isVisible() && label->text() == caption) return card->figure();
        for (const FigureStrip* strip : m_window->findChildren<FigureStrip*>())
            if (strip->isVisible() && !strip->figure(caption).isEmpty()) return strip->figure(caption);
        return {};
    }
    [[nodiscard]] const QLabel* label(const QString& text) const {
        for (const QLabel* each : m_window->findChildren<QLabel*>())
            if (each->isVisible() && each->text() == text) return each;
        return nullptr;
    }
    static bool inScroll(const QWidget* widget) {
        for (const QWidget* each = widget; each; each = each->parentWidget())
            if (qobject_cast<const QAbstractScrollArea*>(each) || qobject_cast<const QTabBar*>(each))
                return true;
        return false;
    }
    [[nodiscard]] QPushButton* button(const QString& text) const {
        for (QPushButton* each : m_window->findChildren<QPushButton*>())
            if (each->isVisible() && each->text().remove(u'&') == text) return each;
        return nullptr;
    }
    /// Presses a button of the question that is asked next; returns what it said.
    [[nodiscard]] std::shared_ptr<QString> answerQuestion(const QString& button) const {
        auto said = std::make_shared<QString>();
        auto* look = new QTimer(m_window.get());
        connect(look, &QTimer::timeout, look, [said, button, look] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box) return;
            for (const QLabel* label : box->findChildren<QLabel*>()) {
                if (!label->text().isEmpty()) QCOMPARE(label->textFormat(), Qt::PlainText);
            }
            *said = box->text() + box->informativeText();
            for (QAbstractButton* each : box->buttons()) {
                if (each->text().remove(u'&') == button) each->click();
            }
            look->deleteLater();
        });
        look->start(20);
        return said;
    }
    static void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }
};

}  // namespace boardwalk::desktop
