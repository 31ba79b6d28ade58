#pragma once

#include <QWidget>
#include <memory>

#include "desktop/core/sign_in/owner_api.hpp"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace boardwalk::desktop {

class BoardLink;
class Card;

/// Whose the board is: how this app is signed in, and for owners the people and the tokens.
class AccessPage : public QWidget {
    Q_OBJECT

public:
    explicit AccessPage(std::shared_ptr<BoardLink> link, QWidget* parent = nullptr);

Q_SIGNALS:
    void claimWanted();
    void signInWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// Rows of what the board has, with a button below that adds one.
    struct List {
        Card* card = nullptr;
        QVBoxLayout* rows = nullptr;
        QLabel* message = nullptr;
        QPushButton* add = nullptr;
    };

    void buildApp(QVBoxLayout* cards);
    static List buildList(QVBoxLayout* cards, const QString& caption, const QString& about,
                          const QString& add);
    void showState();
    void load();
    void showPeople(const OwnerAnswer& answer);
    void showTokens(const OwnerAnswer& answer);
    void addRow(const List& list, const QString& name, const QString& role,
                const QList<QPushButton*>& buttons);
    static void say(const List& list, const OwnerAnswer& answer);
    void editPerson(const Person& person, bool roleStays);
    void removePerson(const Person& person);
    void makeToken();
    void removeToken(const NamedToken& token);
    void signOut();

    std::shared_ptr<BoardLink> m_link;
    QLabel* m_standing = nullptr;
    QLabel* m_kept = nullptr;
    QLabel* m_connection = nullptr;
    QPushButton* m_claim = nullptr;
    QPushButton* m_signIn = nullptr;
    QPushButton* m_password = nullptr;
    QPushButton* m_signOut = nullptr;
    List m_people, m_tokens;
};

}  // namespace boardwalk::desktop
