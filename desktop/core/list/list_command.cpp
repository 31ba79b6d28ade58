#include "desktop/core/list/list_command.hpp"

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {
constexpr int patience_ms = 3000;
}

ListCommand::ListCommand(const Options& options, QObject* parent)
    : QObject(parent),
      m_model(BoardStore(options.dataDir), m_client, m_tracker),
      m_order(m_model),
      m_warning(m_model.load()),
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
    connect(&m_model, &BoardListModel::dataChanged, this, &ListCommand::finishEarly);
    connect(&m_model, &BoardListModel::rowsRemoved, this, &ListCommand::finishEarly);
    m_patience.start(patience_ms);
    QMetaObject::invokeMethod(this, &ListCommand::finishEarly, Qt::QueuedConnection);
}

QStringList ListCommand::lines() const {
    QStringList lines;
    for (int row = 0; row < m_order.rowCount(); ++row) {
        const QModelIndex index = m_order.index(row, 0);
        const bool online =
            index.data(BoardListModel::PresenceRole).toInt() == int(BoardLink::Presence::Online);
        // What is foreign must not break a script's columns, nor steer a terminal.
        lines << QStringList{printable(index.data().toString()),
                             printable(index.data(BoardListModel::UrlRole).toUrl().toString()),
                             online ? QStringLiteral("online") : QStringLiteral("offline")}
                     .join(u'\t');
    }
    return lines;
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
