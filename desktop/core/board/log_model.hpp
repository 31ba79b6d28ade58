#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <deque>

#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// The newest lines of a board's log. Bounded: the oldest give way.
class LogModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { TimeColumn, LevelColumn, TextColumn, ColumnCount };
    enum Role { LevelRole = Qt::UserRole };
    static constexpr int lines_max = 2000;
    static constexpr std::size_t text_characters_max = 1024;  ///< a board of ours writes 200

    using QAbstractTableModel::QAbstractTableModel;

    /// Ignored when it is not newer than the last: the first page and the stream overlap.
    void append(const protocol::LogLine& line);
    /// Says in place that lines are missing.
    void appendGap(std::uint64_t lines);
    /// Says in place that the board was restarted: numbers begin again. What it wrote before stays.
    void appendRestart();

    /// The `since` of the next question.
    [[nodiscard]] std::uint64_t lastSeq() const { return m_lastSeq; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void push(protocol::LogLine line);
    void pushNote(const QString& text);

    std::deque<protocol::LogLine> m_lines;
    std::uint64_t m_lastSeq = 0;
};

/// Lines of at least one level, with some text in them.
class LogFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setLeast(protocol::LogLevel level);
    /// Text that may stand anywhere in the message, in any case; empty shows all lines.
    void setText(const QString& text);

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    protocol::LogLevel m_least = protocol::LogLevel::debug;
    QString m_text;
};

}  // namespace boardwalk::desktop
