#include "desktop/ui/pages/access_page.hpp"

#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "desktop/core/board/board_link.hpp"
#include "desktop/core/text.hpp"
#include "desktop/ui/sign_in/person_dialog.hpp"
#include "desktop/ui/sign_in/sign_in_dialog.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/layout/card.hpp"
#include "desktop/ui/widgets/layout/flow_layout.hpp"
#include "desktop/ui/widgets/layout/scrolled.hpp"
#include "desktop/ui/widgets/question.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int cards_width_max = 640;
using Standing = BoardAccess::Standing;

QLabel* muted(const QString& text = {}) {
    auto* label = new Label(text);
    label->setObjectName(QStringLiteral("muted"));
    label->setWordWrap(true);
    return label;
}
}  // namespace

AccessPage::AccessPage(std::shared_ptr<BoardLink> link, QWidget* parent)
    : QWidget(parent), m_link(std::move(link)) {
    auto* page = new QWidget;
    auto* cards = new QVBoxLayout(page);
    cards->setContentsMargins(0, 14, 0, 0);
    cards->setSpacing(14);
    buildApp(cards);
    m_people = buildList(cards, tr("People"), tr("Who may sign in with a password."), tr("&Add a person…"));
    m_tokens =
        buildList(cards, tr("Tokens"),
                  tr("What scripts and other programs sign in with. Each is shown once, when it is made."),
                  tr("&Make a token…"));
    cards->addStretch();
    fillScrolled(this, page);
    connect(m_people.add, &QPushButton::clicked, this, [this] { editPerson({}, false); });
    connect(m_tokens.add, &QPushButton::clicked, this, &AccessPage::makeToken);
    connect(m_link.get(), &BoardLink::accessChanged, this, [this] {
        showState();
        if (isVisible()) load();
    });
    connect(m_link.get(), &BoardLink::urlChanged, this, &AccessPage::showState);
    showState();
}

void AccessPage::buildApp(QVBoxLayout* cards) {
    auto* card = new Card(tr("This app"));
    card->setMaximumWidth(cards_width_max);
    m_standing = new Label;
    m_standing->setObjectName(QStringLiteral("standing"));
    m_standing->setWordWrap(true);
    m_kept = muted();
    m_connection = muted();
    m_claim = new QPushButton(tr("&Claim this board…"));
    m_claim->setObjectName(QStringLiteral("primary"));
    m_signIn = new QPushButton(tr("&Sign in…"));
    m_signIn->setObjectName(QStringLiteral("primary"));
    m_password = new QPushButton(tr("Change my &password…"));
    m_signOut = new QPushButton(tr("Sign &out…"));
    connect(m_claim, &QPushButton::clicked, this, &AccessPage::claimWanted);
    connect(m_signIn, &QPushButton::clicked, this, &AccessPage::signInWanted);
    connect(m_password, &QPushButton::clicked, this, [this] { editPerson(m_link->access().who(), true); });
    connect(m_signOut, &QPushButton::clicked, this, &AccessPage::signOut);
    auto* row = new QHBoxLayout;
    for (QPushButton* each : {m_claim, m_signIn, m_password, m_signOut})
        row->addWidget(each);
    row->addStretch();
    for (QLabel* each : {m_standing, m_kept, m_connection})
        card->content()->addWidget(each);
    card->content()->addSpacing(6);
    card->content()->addLayout(row);
    cards->addWidget(card);
}

AccessPage::List AccessPage::buildList(QVBoxLayout* cards, const QString& caption, const QString& about,
                                       const QString& add) {
    List list;
    list.card = new Card(caption);
    list.card->setMaximumWidth(cards_width_max);
    list.card->content()->addWidget(muted(about));
    list.rows = new QVBoxLayout;
    list.card->content()->addLayout(list.rows);
    list.message = new Label;
    list.message->setObjectName(QStringLiteral("error"));
    list.message->setWordWrap(true);
    list.message->hide();
    list.card->content()->addWidget(list.message);
    list.add = new QPushButton(add);
    auto* row = new QHBoxLayout;
    row->addWidget(list.add);
    row->addStretch();
    list.card->content()->addSpacing(4);
    list.card->content()->addLayout(row);
    cards->addWidget(list.card);
    return list;
}

void AccessPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showState();
    load();
}

void AccessPage::showState() {
    const BoardAccess& access = m_link->access();
    const Standing standing = access.standing();
    const bool in = standing == Standing::SignedIn;
    QString text;
    switch (standing) {
        case Standing::SignedIn:
            text = tr("Signed in as %1, with the role %2.")
                       .arg(printable(access.who().name), roleText(access.who().role));
            break;
        case Standing::Unclaimed: text = tr("Nobody owns this board yet."); break;
        case Standing::Open:
            text = tr("This board’s firmware knows no owner: whoever reaches it may do everything.");
            break;
        case Standing::SignedOut:
        case Standing::OtherAddress: text = tr("Signed out."); break;
        default: text = tr("Asking the board…");
    }
    m_standing->setText(text);
    QStringList kept;
    if (!access.note().isEmpty()) kept << printable(access.note()) + u'.';
    if (in && !access.where().isEmpty()) kept << tr("The app’s token is kept %1.").arg(access.where());
    m_kept->setText(kept.join(u' '));
    m_kept->setVisible(!kept.isEmpty());
    m_connection->setText(connectionText(m_link->url()));
    m_claim->setVisible(standing == Standing::Unclaimed);
    m_signIn->setVisible(standing == Standing::SignedOut || standing == Standing::OtherAddress);
    m_password->setVisible(in && access.isPerson());
    m_signOut->setVisible(in);
    const bool owner = in && access.mayOwn();
    m_people.card->setVisible(owner);
    m_tokens.card->setVisible(owner);
}

void AccessPage::load() {
    const BoardAccess& access = m_link->access();
    if (access.standing() != Standing::SignedIn || !access.mayOwn()) return;
    OwnerApi& api = m_link->access().api();
    api.loadPeople([self = QPointer(this)](const OwnerAnswer& answer) {
        if (self) self->showPeople(answer);
    });
    api.loadTokens([self = QPointer(this)](const OwnerAnswer& answer) {
        if (self) self->showTokens(answer);
    });
}

void AccessPage::say(const List& list, const OwnerAnswer& answer) {
    list.message->setText(answer.cancelled ? QString() : answer.problem);
    list.message->setVisible(!list.message->text().isEmpty());
}

void AccessPage::addRow(const List& list, const QString& name, const QString& role,
                        const QList<QPushButton*>& buttons) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 2, 0, 2);
    auto* label = new ElidedLabel(printable(name));
    label->setMinimumWidth(120);
    layout->addWidget(label, 1);
    layout->addWidget(muted(role));
    for (QPushButton* each : buttons) {
        each->setAccessibleName(each->text().remove(u'…') + u' ' + printable(name));
        layout->addWidget(each);
    }
    list.rows->addWidget(row);
}

namespace {
void clear(QVBoxLayout* rows) {
    while (QLayoutItem* each = rows->takeAt(0)) {
        if (each->widget()) {
            each->widget()->hide();
            each->widget()->deleteLater();
        }
        delete each;
    }
}
}  // namespace

void AccessPage::showPeople(const OwnerAnswer& answer) {
    say(m_people, answer);
    if (!answer.ok()) return;
    clear(m_people.rows);
    for (const Person& person : answer.people) {
        auto* change = new QPushButton(tr("Change…"));
        auto* remove = new QPushButton(tr("Remove…"));
        connect(change, &QPushButton::clicked, this, [this, person] { editPerson(person, false); });
        connect(remove, &QPushButton::clicked, this, [this, person] { removePerson(person); });
        addRow(m_people, person.name, roleText(person.role), {change, remove});
    }
}

void AccessPage::showTokens(const OwnerAnswer& answer) {
    say(m_tokens, answer);
    if (!answer.ok()) return;
    clear(m_tokens.rows);
    for (const NamedToken& token : answer.tokens) {
        auto* remove = new QPushButton(tr("Remove…"));
        connect(remove, &QPushButton::clicked, this, [this, token] { removeToken(token); });
        addRow(m_tokens, token.name, roleText(token.role), {remove});
    }
}

void AccessPage::editPerson(const Person& person, bool roleStays) {
    auto* dialog = new PersonDialog(m_link, person, roleStays, this);
    connect(dialog, &PersonDialog::done, this, &AccessPage::load);
    dialog->open();
}

void AccessPage::removePerson(const Person& person) {
    const QString name = printable(person.name);
    if (!ask(this, tr("Remove a person"), tr("Remove %1?").arg(name),
             tr("%1 can no longer sign in, and is signed out at once everywhere.").arg(name), tr("&Remove"),
             true))
        return;
    m_link->access().api().removePerson(person.name, [self = QPointer(this)](const OwnerAnswer& answer) {
        if (!self) return;
        self->say(self->m_people, answer);
        if (answer.ok()) self->load();
        self->m_people.add->setFocus();
    });
}

void AccessPage::makeToken() {
    auto* dialog = new TokenDialog(m_link, this);
    connect(dialog, &TokenDialog::made, this, [this](const QString& name, const QByteArray& token) {
        load();
        showSecret(this, tr("The token “%1”").arg(printable(name)),
                   tr("This is shown only now. Whoever has it may do what its role allows."),
                   QString::fromLatin1(token));
    });
    dialog->open();
}

void AccessPage::removeToken(const NamedToken& token) {
    const QString name = printable(token.name);
    const bool own = m_link->access().isOwnToken(token.name);
    if (!ask(this, tr("Remove a token"), tr("Remove the token %1?").arg(name),
             own ? tr("It is this app’s own: you are signed out, and sign in again with your password.")
                 : tr("What uses it is signed out at once."),
             tr("&Remove"), true))
        return;
    m_link->access().api().removeToken(token.id, [self = QPointer(this)](const OwnerAnswer& answer) {
        if (!self) return;
        self->say(self->m_tokens, answer);
        if (answer.ok()) self->load();
        self->m_tokens.add->setFocus();
    });
}

void AccessPage::signOut() {
    if (!ask(
            this, tr("Sign out"), tr("Sign out of this board?"),
            tr("The app’s token is removed, here and on the board. You need your password to sign in again."),
            tr("Sign &out"), true))
        return;
    m_link->access().signOut([self = QPointer(this)](const AccessOutcome& outcome) {
        if (!self || outcome.ok()) return;
        tellFailure(self, tr("Sign out"),
                    tr("The token could not be removed from this computer: %1").arg(outcome.problem));
    });
}

}  // namespace boardwalk::desktop
