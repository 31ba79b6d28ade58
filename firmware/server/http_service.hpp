#pragma once

#include <cstdint>
#include <string_view>

#include "firmware/server/outlet.hpp"
#include "firmware/server/pools/pools.hpp"
#include "firmware/server/websocket_service.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::server {

/// Requests and answers on the slots: reads, asks the application, sends. Each method does as much as it can
/// without another event. The connection's state afterwards tells how far it came.
class HttpService {
public:
    HttpService(Pools& pools, WebSocketService& websockets, std::int64_t (*unix_time_s)())
        : pools_(pools), websockets_(websockets), unix_time_s_(unix_time_s) {
        update_date();
    }

    /// In states idle, head and body: one step with the input. Reads from the network when the input is too
    /// short. False: there is nothing to do until an event.
    bool handle_input(Slot&);
    /// In state sending. True: the answer is out, and the connection is ready for its next request.
    bool send_answer(Slot&);
    /// Makes `problem` the answer to a request that cannot be served, in the version of HTTP that its first
    /// line names. The connection closes after the answer.
    void fail(Slot&, http::Problem problem);

    // In state working (see Outlet). The caller serves the slot afterwards.
    void answer_later(Slot&, Outlet::Fill, void* context);
    void repeat_request(Slot&);
    void resume_body(Slot&);
    /// Sends `unavailable` (static storage) and detaches the link. The slot stays taken until the piece is
    /// done.
    void abandon_body(Slot&, std::string_view unavailable);

    /// Renews the Date field of answers. Called by the timers.
    void update_date();

private:
    bool read_more(Slot&);
    void handle_head(Slot&, const http::Request&);
    void expect_body(Slot&, const http::Request&);
    void send_continue(Slot&);
    void handle_piece(Slot&);
    void handle_request(Slot&);
    void handle(Slot&, const http::Request&, http::Response&);
    void answer(Slot&, http::Response&);
    void keep_unsent(Slot&);
    void begin_answer(Slot&, http::Response&, bool must_close);
    [[nodiscard]] bool must_close_behind(const Slot&) const;

    Pools& pools_;
    WebSocketService& websockets_;
    std::int64_t (*unix_time_s_)();
    std::int64_t date_s_ = -1;
    FixedString<32> date_;
};

}  // namespace boardwalk::server
