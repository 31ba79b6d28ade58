#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "desktop/core/http/http_client.hpp"
#include "desktop/core/sign_in/credential.hpp"
#include "desktop/core/stress/board_side.hpp"
#include "shared/messages.hpp"

namespace boardwalk::desktop {

/// Asks the board that is tested for its diagnostics, before, once a second while the test runs, and after.
/// It is a client beside the others, on a connection of its own: how long its answers take is how the board
/// treats those that do nothing wrong. Lives in the thread of the test.
class BoardWatch : public QObject {
    Q_OBJECT

public:
    /// `below` is the board's path behind a proxy: its diagnostics are asked, whatever of it is tested.
    BoardWatch(const QUrl& board, const QByteArray& below, Credential credential = {});

    /// Asks for the first time; `ready` is called when that has been answered, or after a second.
    void begin(std::function<void()> ready);
    /// To be called often with the time of the test.
    void check(double atS);
    /// Asks for the last time; `done` is called when that has been answered, or after a second.
    void end(double atS, std::function<void()> done);

    [[nodiscard]] const BoardSide& side() const { return m_side; }

private:
    void ask(double atS, std::function<void()> then);
    void take(double atS, double tookMs, const HttpAnswer& answer);

    QUrl m_url;
    Credential m_credential;
    BoardSide m_side;
    HttpClient m_client;
    quint64 m_call = 0;
    std::optional<protocol::Diagnostics> m_first, m_last;  ///< of this start of the board
    std::optional<protocol::PeakFigures> m_peak;           ///< as it was when the test began
    bool m_asking = false;
    bool m_ending = false;
    int m_nextS = 1;
};

}  // namespace boardwalk::desktop
