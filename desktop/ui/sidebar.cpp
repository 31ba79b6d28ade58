#include "desktop/ui/sidebar.hpp"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "desktop/core/list/board_list_model.hpp"
#include "desktop/core/list/board_order.hpp"
#include "desktop/ui/board_delegate.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/label.hpp"
#include "desktop/ui/widgets/question.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int wide_width = 250;
constexpr int narrow_width = 172;
constexpr int visible_soon_ms = 50;
constexpr int search_from = 6;  // fewer boards are seen at one look
}  // namespace

Sidebar::Sidebar(BoardListModel& model, QWidget* parent)
    : QWidget(parent),
      m_model(model),
      m_order(new BoardOrder(model, this)),
      m_list(new QListView),
      m_search(new QLineEdit),
      m_footnote(new Label) {
    setObjectName(QStringLiteral("sidebar"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(wide_width);

    auto* title = new Label(tr("&Boards"));
    title->setFont(Theme::bold(font()));
    title->setBuddy(m_list);
    title->setContentsMargins(12, 0, 0, 6);

    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search in the list of boards"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::textChanged, m_order, &BoardOrder::search);
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        if (const QModelIndex first = m_order->index(0, 0); first.isValid()) m_list->setCurrentIndex(first);
        m_list->setFocus();
    });

    m_list->setModel(m_order);
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
            [this](const QModelIndex& now) {
                const int row = m_order->mapToSource(now).row();
                m_order->keep(m_model.link(row));
                Q_EMIT currentChanged(row);
            });

    // Once for many rows that come or go together.
    m_visibleSoon.setSingleShot(true);
    m_visibleSoon.setInterval(visible_soon_ms);
    connect(&m_visibleSoon, &QTimer::timeout, this, &Sidebar::tellVisible);
    const auto soon = [this] {
        if (!m_visibleSoon.isActive()) m_visibleSoon.start();
    };
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, this, soon);
    for (const auto& change : {&BoardOrder::rowsInserted, &BoardOrder::rowsRemoved})
        connect(m_order, change, this, soon);
    connect(m_order, &BoardOrder::layoutChanged, this, soon);
    for (const auto& change : {&BoardListModel::rowsInserted, &BoardListModel::rowsRemoved})
        connect(&model, change, this, &Sidebar::updateSearch);
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
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addWidget(add);
    layout->addWidget(m_footnote);
    updateSearch();
}

int Sidebar::currentRow() const { return m_order->mapToSource(m_list->currentIndex()).row(); }

int Sidebar::firstRow() const { return m_order->mapToSource(m_order->index(0, 0)).row(); }

void Sidebar::startSearch() {
    m_search->show();
    m_search->setFocus();
    m_search->selectAll();
}

void Sidebar::updateSearch() {
    m_search->setVisible(m_model.rowCount() >= search_from || !m_search->text().isEmpty() ||
                         m_search->hasFocus());
}

void Sidebar::setNarrow(bool narrow) { setFixedWidth(narrow ? narrow_width : wide_width); }

/// The model asks those often that a person sees.
void Sidebar::tellVisible() {
    const QRect seen = m_list->viewport()->rect();
    const QModelIndex first = m_list->indexAt(seen.topLeft() + QPoint(1, 1));
    const QModelIndex last = m_list->indexAt(seen.bottomLeft() + QPoint(1, -1));
    QSet<int> rows;
    if (isVisible()) {
        const int to = last.isValid() ? last.row() : m_order->rowCount() - 1;
        for (int row = std::max(0, first.row()); row <= to; ++row)
            rows.insert(m_order->mapToSource(m_order->index(row, 0)).row());
    }
    m_model.setVisibleRows(rows);
}

bool Sidebar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show || event->type() == QEvent::Hide)
        m_visibleSoon.start();
    return QWidget::eventFilter(watched, event);
}

void Sidebar::select(int row) {
    if (!m_order->mapFromSource(m_model.index(row)).isValid()) m_search->clear();
    m_list->setCurrentIndex(m_order->mapFromSource(m_model.index(row)));
}
void Sidebar::setFootnote(const QString& text) { m_footnote->setText(text); }

void Sidebar::removeCurrent() {
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid()) return;
    // Rows may go while it is asked: the board is what is meant, not the row.
    const std::shared_ptr<BoardLink> meant = m_model.share(currentRow());
    const bool busy = !index.data(BoardListModel::ActivityRole).toString().isEmpty();
    if (ask(this, tr("Remove board"), tr("Remove “%1” from the list?").arg(index.data().toString()),
            busy ? tr("Its stress test has not ended: that ends, too. Its report is kept.")
                 : tr("The board itself is not changed. You can add it again at any time."),
            tr("&Remove"), busy))
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
        const std::shared_ptr<BoardLink> meant = m_model.share(m_order->mapToSource(index).row());
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
