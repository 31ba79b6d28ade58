#pragma once

#include "firmware/server/http_service.hpp"
#include "firmware/server/pools/pools.hpp"
#include "firmware/server/websocket_service.hpp"

namespace boardwalk::server {

/// Checks the deadlines: the four timeouts of slots, the longest wait in a waiting line, silent links.
class Timeouts {
public:
    Timeouts(Pools& pools, HttpService& http, WebSocketService& websockets)
        : pools_(pools), http_(http), websockets_(websockets) {}

    /// Checks one slot. The caller serves it afterwards.
    void check(Slot&);
    /// Checks the waiting lines and the lobby.
    void check_waiting();
    /// A body or an answer is too slow, or does not move: the client of a body gets a 408, an answer's link
    /// is reset.
    void end_slow(Slot&);

private:
    [[nodiscard]] bool blocks_waiters(const Slot&) const;
    void refuse(transport::Link, std::uint64_t began_us);

    Pools& pools_;
    HttpService& http_;
    WebSocketService& websockets_;
};

}  // namespace boardwalk::server
