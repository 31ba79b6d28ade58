#pragma once

#include <QHash>
#include <QWidget>

#include "shared/messages.hpp"

class QLabel;
class QVBoxLayout;

namespace boardwalk::desktop {

class BoardLink;
class OutputControl;
class ReasonLabel;
struct SetOutcome;

/// What can be set, in the board's groups.
class OutputsPage : public QWidget {
    Q_OBJECT

public:
    explicit OutputsPage(BoardLink& link, QWidget* parent = nullptr);

    /// What is shown is of before, and nothing can be set.
    void setAway(bool away);
    /// Why one may set nothing; empty where one may.
    void setReason(const QString& reason);

private:
    struct Row {
        OutputControl* control = nullptr;
        QLabel* error = nullptr;
        int underWay = 0;      ///< sets without an answer: until then the control shows what the person wants
        bool unknown = false;  ///< no answer came: what the board says next tells
        protocol::OutputValue refusedAt{};  ///< its value when it was refused
    };

    void rebuild();
    void updateEnabled();
    QWidget* buildRow(const protocol::Output& output);
    void tell(const QString& id, const SetOutcome& outcome);
    void showAll();
    /// The board told its state.
    void onWord();
    void showValue(const QString& id);

    BoardLink& m_link;
    QVBoxLayout* m_body;
    QWidget* m_content = nullptr;
    ReasonLabel* m_reason;
    bool m_away = false;
    bool m_allowed = true;
    QHash<QString, Row> m_rows;
};

}  // namespace boardwalk::desktop
