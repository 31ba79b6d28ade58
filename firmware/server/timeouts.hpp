#pragma once

#include "firmware/server/http_service.hpp"
#include "firmware/server/pools/pools.hpp"
#include "firmware/server/websocket_service.hpp"

namespace boardwalk::server {

/// What goes by the clock: the four timeouts, the patience of the waiting lines, silent links.
class Timeouts {
public:
    Timeouts(Pools& pools, HttpService& http, WebSocketService& websockets)
        : pools_(pools), http_(http), websockets_(websockets) {}

    /// Looks at one slot. Afterwards it is to be served.
    void check(Slot&);
    /// Looks at the waiting lines and at the lobby.
    void check_waiting();
    /// A body or an answer is too slow, or stands still: tells a body's client, resets an answer's.
    void end_slow(Slot&);

private:
    [[nodiscard]] bool blocks_waiters(const Slot&) const;
    void refuse(transport::Link, std::uint64_t began_us);

    Pools& pools_;
    HttpService& http_;
    WebSocketService& websockets_;
};

}  // namespace boardwalk::server
