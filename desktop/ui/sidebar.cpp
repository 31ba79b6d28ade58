#include "desktop/ui/sidebar.hpp"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "desktop/core/board_list_model.hpp"
#include "desktop/ui/board_delegate.hpp"
#include "desktop/ui/theme.hpp"

namespace boardwalk::desktop {

Sidebar::Sidebar(BoardListModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_list(new QListView), m_footnote(new QLabel) {
    setObjectName(QStringLiteral("sidebar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(250);

    auto* title = new QLabel(tr("&Boards"));
    title->setFont(Theme::bold(font()));
    title->setBuddy(m_list);
    title->setContentsMargins(12, 0, 0, 6);

    m_list->setModel(&model);
    m_list->setItemDelegate(new BoardDelegate(m_list));
    m_list->setObjectName(QStringLiteral("boards"));
    m_list->setAccessibleName(tr("Boards"));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setMouseTracking(true);
    m_list->viewport()->setAttribute(Qt::WA_Hover);
    connect(m_list, &QListView::customContextMenuRequested, this, &Sidebar::showMenu);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& now) { Q_EMIT currentChanged(now.isValid() ? now.row() : -1); });

    auto* add = new QPushButton(tr("&Add board…"));
    add->setToolTip(tr("Add a board by its address (%1)").arg(QKeySequence(QKeySequence::New).toString()));
    connect(add, &QPushButton::clicked, this, &Sidebar::addWanted);

    m_footnote->setObjectName(QStringLiteral("muted"));
    m_footnote->setWordWrap(true);
    m_footnote->setContentsMargins(12, 4, 8, 0);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 16, 8, 14);
    layout->setSpacing(6);
    layout->addWidget(title);
    layout->addWidget(m_list, 1);
    layout->addWidget(add);
    layout->addWidget(m_footnote);
}

int Sidebar::currentRow() const {
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() ? current.row() : -1;
}

void Sidebar::select(int row) { m_list->setCurrentIndex(m_model.index(row)); }
void Sidebar::setFootnote(const QString& text) { m_footnote->setText(text); }

void Sidebar::removeCurrent() {
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid()) return;
    QMessageBox box(QMessageBox::Question, tr("Remove board"),
                    tr("Remove “%1” from the list?").arg(index.data().toString()), QMessageBox::Cancel, this);
    box.setInformativeText(tr("The board itself is not changed. You can add it again at any time."));
    QPushButton* remove = box.addButton(tr("&Remove"), QMessageBox::AcceptRole);
    box.setDefaultButton(remove);
    box.exec();
    if (box.clickedButton() == remove) m_model.remove(index.row());
}

void Sidebar::showMenu(const QPoint& at) {
    const QModelIndex index = m_list->indexAt(at);
    QMenu menu(this);
    if (index.isValid()) {
        const QUrl url = index.data(BoardListModel::UrlRole).toUrl();
        menu.addAction(tr("&Open in browser"), this, [url] { QDesktopServices::openUrl(url); });
        menu.addAction(tr("&Copy address"), this,
                       [url] { QApplication::clipboard()->setText(url.toString()); });
        menu.addAction(tr("&Look again"), this, [this, row = index.row()] { m_model.link(row)->reload(); });
        if (!index.data(BoardListModel::SavedRole).toBool()) {
            menu.addAction(tr("&Keep in the list"), this, [this, url] { m_model.addTyped(url); });
        }
        menu.addSeparator();
        menu.addAction(tr("&Remove…"), this, &Sidebar::removeCurrent);
        menu.addSeparator();
    }
    menu.addAction(tr("&Add board…"), this, &Sidebar::addWanted);
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

}  // namespace boardwalk::desktop
