#pragma once

#include <QUrl>
#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "desktop/core/stress/engine/stress_connection.hpp"

namespace boardwalk::desktop {

/// One browser: it loads the page, on five more connections the page's files, two answers of the API and the
/// stream, looks at it for a moment, and comes again on fresh connections. As the page does, it asks for the
/// state when it gets no stream.
class StressBrowser {
public:
    /// The requests, the same for all browsers of a test.
    struct Tasks {
        explicit Tasks(const StressOptions& options);
        /// The scripts and styles that a page names: of its own origin, at most `filesMax`.
        [[nodiscard]] QList<QByteArray> filesOf(const QByteArray& page) const;
        [[nodiscard]] StressTask get(const QByteArray& target) const;

        QUrl page;
        QByteArray host;
        QByteArray credential;  ///< as lines of the head
        StressTask pageTask, info, state, stream;
    };
    static constexpr int filesMax = 4;
    static constexpr qint64 lookNs = 1'000'000'000;  ///< for so long a page is looked at

    StressBrowser(const Tasks& tasks, StressTally& tally, std::vector<StressConnection*> connections)
        : m_tasks(tasks), m_tally(tally), m_connections(std::move(connections)) {}

    /// Loads the page for the first time.
    void begin();
    /// To be called when the request of one of its connections has ended.
    void settled(StressConnection& connection);
    /// Loads it again when it is time. To be called often, for as long as pages are to be loaded.
    void check(qint64 nowNs);

private:
    void askNext(StressConnection& connection);
    void endIfLoaded();

    const Tasks& m_tasks;
    StressTally& m_tally;
    std::vector<StressConnection*> m_connections;  ///< the page's first, the stream's last
    std::deque<StressTask> m_files;                ///< of this visit; each stands until the next
    std::deque<const StressTask*> m_waiting;
    int m_open = 0;         ///< requests that have not ended
    bool m_whole = true;    ///< nothing of this visit failed
    qint64 m_beganNs = -1;  ///< -1: no visit
    qint64 m_endedNs = 0;
};

}  // namespace boardwalk::desktop
