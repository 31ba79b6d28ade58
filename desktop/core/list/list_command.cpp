#include "desktop/core/list/list_command.hpp"

#include <QJsonDocument>
#include <QJsonObject>

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int patience_ms = 3000;

bool isOnline(const QModelIndex& index) {
    return index.data(BoardListModel::PresenceRole).toInt() == int(BoardLink::Presence::Online);
}

QString urlOf(const QModelIndex& index) {
    return printable(index.data(BoardListModel::UrlRole).toUrl().toString());
}
}  // namespace

ListCommand::ListCommand(const Options& options, QObject* parent)
    : QObject(parent),
      m_model(BoardStore(options.dataDir), m_client, m_tracker),
      m_order(m_model),
      m_warning(m_model.load()),
      m_json(options.json),
      m_discovers(options.discovery != DiscoveryMode::Off) {
    for (const QUrl& url : options.boards)
        m_model.addForNow(url);
    const auto found = [this](const DiscoveredBoard& board) {
        m_model.addFound(board.url(), board.id, board.name);
    };
    connect(&m_discovery, &Discovery::boardFound, this, found);
    connect(&m_discovery, &Discovery::boardUpdated, this, found);
    if (const QString problem = m_discovery.start(options.discovery); !problem.isEmpty()) m_warning = problem;
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &ListCommand::finished);
    // Later: what a board told may make another row, which is to be asked, too.
    connect(&m_model, &BoardListModel::dataChanged, this, &ListCommand::finishEarly, Qt::QueuedConnection);
    connect(&m_model, &BoardListModel::rowsRemoved, this, &ListCommand::finishEarly, Qt::QueuedConnection);
    m_patience.start(patience_ms);
    QMetaObject::invokeMethod(this, &ListCommand::finishEarly, Qt::QueuedConnection);
}

QStringList ListCommand::lines() const {
    QStringList lines;
    for (int row = 0; row < m_order.rowCount(); ++row) {
        const QModelIndex index = m_order.index(row, 0);
        lines << (m_json ? jsonLine(index) : line(index));
    }
    return lines;
}

/// What is foreign must not break a script's columns, nor steer a terminal.
QString ListCommand::line(const QModelIndex& index) const {
    return QStringList{printable(index.data().toString()), urlOf(index),
                       isOnline(index) ? QStringLiteral("online") : QStringLiteral("offline")}
        .join(u'\t');
}

/// What no board of this address has told yet is null.
QString ListCommand::jsonLine(const QModelIndex& index) const {
    const auto& info = m_model.link(m_order.mapToSource(index).row())->info();
    const auto told = [](const std::string& text) { return QJsonValue(printable(qt(text))); };
    const bool known = info && info->claimed.has_value();
    const QString id = index.data(BoardListModel::IdRole).toString();
    const QJsonObject board{
        {QStringLiteral("id"), id.isEmpty() ? QJsonValue() : QJsonValue(printable(id))},
        {QStringLiteral("name"), printable(index.data().toString())},
        {QStringLiteral("url"), urlOf(index)},
        {QStringLiteral("online"), isOnline(index)},
        {QStringLiteral("firmware"), info ? told(info->firmware) : QJsonValue()},
        {QStringLiteral("model"), info ? told(info->model) : QJsonValue()},
        {QStringLiteral("claimed"), known ? QJsonValue(info->claimed.value_or(false)) : QJsonValue()}};
    return QString::fromUtf8(QJsonDocument(board).toJson(QJsonDocument::Compact));
}

void ListCommand::finishEarly() {
    if (m_discovers || !m_patience.isActive()) return;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (m_model.link(row)->presence() == BoardLink::Presence::Unknown) return;
    }
    m_patience.stop();
    Q_EMIT finished();
}

}  // namespace boardwalk::desktop
