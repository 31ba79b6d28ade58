#include "desktop/ui/pages/logs_page.hpp"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "desktop/core/board/log_model.hpp"
#include "desktop/core/plain_text.hpp"
#include "desktop/ui/theme.hpp"
#include "desktop/ui/widgets/controls/segmented.hpp"
#include "desktop/ui/widgets/layout/flow_layout.hpp"
#include "desktop/ui/widgets/reason_label.hpp"
#include "desktop/ui/widgets/save_file.hpp"

namespace boardwalk::desktop {

namespace {

constexpr int search_width = 180;

/// The level as a mark and a word: dot, filled dot, triangle, cross.
class LevelDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Colors& colors = Theme::colors();
        const auto level = protocol::LogLevel(index.data(LogModel::LevelRole).toInt());
        painter->save();
        if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, colors.selection);
        painter->setRenderHint(QPainter::Antialiasing);
        const QPointF centre(option.rect.left() + 12, option.rect.center().y() + 0.5);
        QColor color = colors.muted;
        painter->setPen(Qt::NoPen);
        switch (level) {
            case protocol::LogLevel::debug:
                painter->setBrush(color);
                painter->drawEllipse(centre, 2, 2);
                break;
            case protocol::LogLevel::info:
                color = colors.accent;
                painter->setBrush(color);
                painter->drawEllipse(centre, 4, 4);
                break;
            case protocol::LogLevel::warning:
                color = colors.warn;
                painter->setBrush(color);
                painter->drawPolygon(
                    QPolygonF{centre + QPointF(0, -5), centre + QPointF(5, 4), centre + QPointF(-5, 4)});
                break;
            case protocol::LogLevel::error:
                color = colors.bad;
                painter->setPen(QPen(color, 2));
                painter->drawLine(centre + QPointF(-3.5, -3.5), centre + QPointF(3.5, 3.5));
                painter->drawLine(centre + QPointF(-3.5, 3.5), centre + QPointF(3.5, -3.5));
                break;
        }
        painter->setPen(level >= protocol::LogLevel::warning ? color : colors.muted);
        painter->drawText(option.rect.adjusted(24, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          index.data().toString());
        painter->restore();
    }
};

}  // namespace

LogsPage::LogsPage(LogModel& logs, QWidget* parent)
    : QWidget(parent), m_reason(new ReasonLabel), m_filter(new LogFilter(this)), m_table(new QTableView) {
    m_filter->setSourceModel(&logs);
    m_table->setModel(m_filter);
    m_table->setAccessibleName(tr("Log of the board"));
    m_table->setItemDelegateForColumn(LogModel::LevelColumn, new LevelDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 9);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(LogModel::TextColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(LogModel::TimeColumn, 118);
    m_table->setColumnWidth(LogModel::LevelColumn, 104);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);

    auto* levels = new Segmented({tr("All"), tr("Info"), tr("Warnings"), tr("Errors")});
    levels->setAccessibleName(tr("Least level shown"));
    levels->setCurrent(0);
    connect(levels, &Segmented::chosen, this,
            [this](int level) { m_filter->setLeast(protocol::LogLevel(level)); });
    auto* copy_button = new QPushButton(tr("&Copy"));
    copy_button->setToolTip(tr("Copies the selected lines, or all that are shown"));
    connect(copy_button, &QPushButton::clicked, this, &LogsPage::copy);
    auto* copy_action = new QAction(m_table);
    copy_action->setShortcut(QKeySequence::Copy);
    copy_action->setShortcutContext(Qt::WidgetShortcut);
    connect(copy_action, &QAction::triggered, this, &LogsPage::copy);
    m_table->addAction(copy_action);

    auto* search = new QLineEdit;
    search->setPlaceholderText(tr("Search"));
    search->setAccessibleName(tr("Search in the log"));
    search->setClearButtonEnabled(true);
    search->setMaximumWidth(search_width);
    connect(search, &QLineEdit::textChanged, m_filter, &LogFilter::setText);
    auto* save_button = new QPushButton(tr("Sa&ve…"));
    save_button->setToolTip(tr("Saves all lines that are shown"));
    connect(save_button, &QPushButton::clicked, this, [this] {
        saveFile(this, tr("Save the log"), QStringLiteral("boardwalk-log.txt"),
                 [this] { return chosenLines(true).toUtf8(); });
    });

    auto* controls = new QWidget;
    auto* bar = new FlowLayout(controls, 8);
    for (QWidget* each : std::initializer_list<QWidget*>{levels, search, copy_button, save_button})
        bar->addWidget(each);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 14, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_reason);
    layout->addWidget(controls);
    layout->addWidget(m_table, 1);

    // Follows the end as long as the person has not scrolled away from it.
    QScrollBar* scroll = m_table->verticalScrollBar();
    connect(scroll, &QScrollBar::sliderMoved, this,
            [this, scroll](int value) { m_following = value >= scroll->maximum(); });
    connect(scroll, &QScrollBar::actionTriggered, this,
            [this, scroll] { m_following = scroll->sliderPosition() >= scroll->maximum(); });
    connect(scroll, &QScrollBar::rangeChanged, this, [this] {
        if (m_following) m_table->scrollToBottom();
    });
}

QString LogsPage::chosenLines(bool all) const {
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (all || rows.isEmpty()) {
        rows.clear();
        for (int row = 0; row < m_filter->rowCount(); ++row)
            rows << m_filter->index(row, 0);
    }
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QString text;
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int column = 0; column < LogModel::ColumnCount; ++column) {
            cells << printable(row.siblingAtColumn(column).data().toString());
        }
        text += cells.join(u'\t') + u'\n';
    }
    return text;
}

void LogsPage::setReason(const QString& reason) { m_reason->setReason(reason); }

void LogsPage::copy() { QApplication::clipboard()->setText(chosenLines(false)); }

}  // namespace boardwalk::desktop
