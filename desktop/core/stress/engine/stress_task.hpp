#pragma once

#include <QByteArray>

namespace boardwalk::desktop {

/// What one request is, and how it goes.
struct StressTask {
    enum class Way {
        Plain,
        Stream,    ///< a WebSocket: answered when the first message has come, then it stays open
        SlowRead,  ///< the answer is read at `bytesPerS`
        SlowSend,  ///< the request is sent at `bytesPerS`
    };

    QByteArray request;  ///< its bytes
    Way way = Way::Plain;
    int bytesPerS = 0;
    qsizetype keptBytesMax = -1;  ///< the answer's body is kept, up to that; -1: it is not

    [[nodiscard]] bool slow() const { return way == Way::SlowRead || way == Way::SlowSend; }
};

}  // namespace boardwalk::desktop
