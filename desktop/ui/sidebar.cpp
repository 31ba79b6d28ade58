#include "desktop/ui/sidebar.hpp"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "desktop/core/list/board_list_model.hpp"
#include "desktop/ui/board_delegate.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/question.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int wide_width = 250;
constexpr int narrow_width = 172;
constexpr int visible_soon_ms = 50;
}  // namespace

Sidebar::Sidebar(BoardListModel& model, QWidget* parent)
    : QWidget(parent), m_model(model), m_list(new QListView), m_footnote(new Label) {
    setObjectName(QStringLiteral("sidebar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(wide_width);

    auto* title = new Label(tr("&Boards"));
    title->setFont(Theme::bold(font()));
    title->setBuddy(m_list);
    title->setContentsMargins(12, 0, 0, 6);

    m_list->setModel(&model);
    m_list->setUniformItemSizes(true);
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

    // Once for many rows that come or go together.
    m_visibleSoon.setSingleShot(true);
    m_visibleSoon.setInterval(visible_soon_ms);
    connect(&m_visibleSoon, &QTimer::timeout, this, &Sidebar::tellVisible);
    const auto soon = [this] {
        if (!m_visibleSoon.isActive()) m_visibleSoon.start();
    };
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, soon);
    connect(&model, &BoardListModel::rowsInserted, this, soon);
    connect(&model, &BoardListModel::rowsRemoved, this, soon);
    m_list->viewport()->installEventFilter(this);

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

void Sidebar::setNarrow(bool narrow) { setFixedWidth(narrow ? narrow_width : wide_width); }

/// The model asks those often that a person sees.
void Sidebar::tellVisible() {
    const QRect seen = m_list->viewport()->rect();
    const QModelIndex first = m_list->indexAt(seen.topLeft() + QPoint(1, 1));
    const QModelIndex last = m_list->indexAt(seen.bottomLeft() + QPoint(1, -1));
    const bool shown = isVisible() && m_model.rowCount() > 0;
    const int from = shown ? std::max(0, first.row()) : 0;
    const int to = shown ? (last.isValid() ? last.row() : m_model.rowCount() - 1) : -1;
    m_model.setVisibleRows(from, to);
}

bool Sidebar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show || event->type() == QEvent::Hide)
        m_visibleSoon.start();
    return QWidget::eventFilter(watched, event);
}

void Sidebar::select(int row) { m_list->setCurrentIndex(m_model.index(row)); }
void Sidebar::setFootnote(const QString& text) { m_footnote->setText(text); }

void Sidebar::removeCurrent() {
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid()) return;
    // Rows may go while it is asked: the board is what is meant, not the row.
    const std::shared_ptr<BoardLink> meant = m_model.share(index.row());
    if (ask(this, tr("Remove board"), tr("Remove “%1” from the list?").arg(index.data().toString()),
            tr("The board itself is not changed. You can add it again at any time."), tr("&Remove"), false))
        m_model.remove(m_model.rowOf(meant.get()));
}

void Sidebar::showMenu(const QPoint& at) {
    const QModelIndex index = m_list->indexAt(at);
    QMenu menu(this);
    if (index.isValid()) {
        const QUrl url = index.data(BoardListModel::UrlRole).toUrl();
        menu.addAction(tr("&Open in browser"), this, [url] { QDesktopServices::openUrl(url); });
        menu.addAction(tr("&Copy address"), this,
                       [url] { QApplication::clipboard()->setText(url.toString()); });
        const std::shared_ptr<BoardLink> meant = m_model.share(index.row());
        menu.addAction(tr("&Look again"), this, [meant] { meant->reload(); });
        if (!index.data(BoardListModel::SavedRole).toBool()) {
            menu.addAction(tr("&Keep in the list"), this, [this, url] { m_model.addTyped(url); });
        }
        if (index.data(BoardListModel::MovedRole).toBool()) {
            menu.addAction(tr("Remember &this address"), this,
                           [this, meant] { m_model.keepAddress(m_model.rowOf(meant.get())); });
        }
        menu.addSeparator();
        menu.addAction(tr("&Remove…"), this, &Sidebar::removeCurrent);
        menu.addSeparator();
    }
    menu.addAction(tr("&Add board…"), this, &Sidebar::addWanted);
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

}  // namespace boardwalk::desktop
