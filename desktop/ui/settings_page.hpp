#pragma once

#include <QHash>
#include <QWidget>

#include "desktop/core/board_settings.hpp"

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace boardwalk::desktop {

class BoardLink;
class Card;
class Theme;

/// The board's settings, with what it says against a value under the value's field; and the app's own.
class SettingsPage : public QWidget {
    Q_OBJECT

public:
    SettingsPage(BoardLink& link, Theme& theme, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;

private:
    Card* buildBoardCard();
    Card* buildAppCard();
    QLabel* addField(Card* card, const QString& label, QWidget* field, const QString& pointer);
    void fill();
    void save();
    void say(const QString& text, bool bad);
    void showErrors(const QHash<QString, QString>& fields);
    void updateButtons();
    [[nodiscard]] protocol::SettingsPatch changes() const;

    BoardLink& m_link;
    Theme& m_theme;
    BoardSettings m_settings;
    bool m_loaded = false;
    QLineEdit* m_name;
    QSpinBox* m_period;
    QPushButton* m_save;
    QPushButton* m_revert;
    QLabel* m_message;
    QHash<QString, QLabel*> m_errors;
};

}  // namespace boardwalk::desktop
