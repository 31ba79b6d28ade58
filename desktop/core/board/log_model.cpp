#include "desktop/core/board/log_model.hpp"

#include <QDateTime>
#include <utility>

#include "desktop/core/text.hpp"

namespace boardwalk::desktop {

namespace {

QString timeText(const protocol::LogLine& line) {
    if (line.time) {
        const QDateTime time = QDateTime::fromString(qt(*line.time), Qt::ISODateWithMs);
        if (time.isValid()) return clockText(time, QStringLiteral("HH:mm:ss.zzz"));
    }
    return QStringLiteral("+%1 s").arg(double(line.uptime_ms) / 1000, 0, 'f', 3);
}

}  // namespace

void LogModel::append(const protocol::LogLine& line) {
    if (line.seq <= m_lastSeq) return;
    m_lastSeq = line.seq;
    protocol::LogLine kept = line;
    kept.text = clipped(kept.text, text_characters_max);
    push(std::move(kept));
}

void LogModel::appendGap(std::uint64_t lines) {
    if (lines > 0) pushNote(tr("… lines that were lost here: %1").arg(lines));
}

void LogModel::appendRestart() {
    m_lastSeq = 0;
    if (!m_lines.empty()) pushNote(tr("… the board was restarted here"));
}

/// A line of ours, at the time of the one before.
void LogModel::pushNote(const QString& text) {
    protocol::LogLine line;
    line.level = protocol::LogLevel::warning;
    line.uptime_ms = m_lines.empty() ? 0 : m_lines.back().uptime_ms;
    line.time = m_lines.empty() ? protocol::Time() : m_lines.back().time;
    line.text = text.toStdString();
    push(std::move(line));
}

void LogModel::push(protocol::LogLine line) {
    if (int(m_lines.size()) == lines_max) {
        beginRemoveRows({}, 0, 0);
        m_lines.pop_front();
        endRemoveRows();
    }
    const int row = int(m_lines.size());
    beginInsertRows({}, row, row);
    m_lines.push_back(std::move(line));
    endInsertRows();
}

int LogModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_lines.size()); }
int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant LogModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const protocol::LogLine& line = m_lines[std::size_t(index.row())];
    if (role == LevelRole) return int(line.level);
    if (role == Qt::ToolTipRole && index.column() == TextColumn) return plainTip(printable(qt(line.text)));
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
        case TimeColumn: return timeText(line);
        case LevelColumn: return qt(to_string(line.level));
        default: return printable(qt(line.text));
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case TimeColumn: return tr("Time");
        case LevelColumn: return tr("Level");
        default: return tr("Message");
    }
}

void LogFilter::setLeast(protocol::LogLevel level) {
    m_least = level;
    invalidateFilter();
}

void LogFilter::setText(const QString& text) {
    m_text = text;
    invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex line = sourceModel()->index(row, LogModel::TextColumn, parent);
    return line.data(LogModel::LevelRole).toInt() >= int(m_least) &&
           line.data().toString().contains(m_text, Qt::CaseInsensitive);
}

}  // namespace boardwalk::desktop
