#pragma once

#include <QHash>
#include <QTimer>
#include <QWidget>
#include <optional>

#include "desktop/core/board/board_settings.hpp"

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace boardwalk::desktop {

class BoardLink;
class Card;
class ReasonLabel;
class Theme;

/// The board's settings, with what it says against a value under the value's field; and the app's own.
class SettingsPage : public QWidget {
    Q_OBJECT

public:
    SettingsPage(BoardLink& link, Theme& theme, QWidget* parent = nullptr);

    /// Something was typed that the board does not have.
    [[nodiscard]] bool hasTyped() const;
    /// Why one may change nothing; empty where one may.
    void setReason(const QString& reason);
    /// Who we are to the board has changed: what is shown is asked for again, and what was typed stays.
    void askAgain();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    Card* buildBoardCard();
    Card* buildAppCard();
    QLabel* addField(Card* card, const QString& label, QWidget* field, const QString& pointer);
    /// Other clients change them, too.
    void look();
    void fill();
    /// Theirs where nothing was typed; what was typed stays.
    void merge(bool saving);
    [[nodiscard]] QString typedName() const;
    void show(const protocol::Settings& settings);
    void save();
    void say(const QString& text, bool bad);
    void showErrors(const QHash<QString, QString>& fields);
    void updateButtons();
    /// Nothing when a field holds what no board takes: then it says so.
    [[nodiscard]] std::optional<protocol::SettingsPatch> changes();

    BoardLink& m_link;
    Theme& m_theme;
    BoardSettings m_settings;
    protocol::Settings m_base;  ///< what the fields were filled with
    bool m_loaded = false;
    bool m_allowed = true;
    ReasonLabel* m_reason;
    bool m_saysSaved = false;
    QTimer m_look;
    QLineEdit* m_name;
    QSpinBox* m_period;
    QLineEdit* m_hosts;
    QLineEdit* m_origins;
    QPushButton* m_save;
    QPushButton* m_revert;
    QLabel* m_message;
    QHash<QString, QLabel*> m_errors;
};

}  // namespace boardwalk::desktop
