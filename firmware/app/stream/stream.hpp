#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/app/board.hpp"
#include "firmware/app/stream/frame.hpp"
#include "firmware/limits.hpp"
#include "firmware/router/route.hpp"
#include "firmware/server/application.hpp"
#include "shared/names.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

/// The stream `boardwalk.v1`: the subscriptions of each client, and what each client has yet to get. State,
/// delta and diagnostics are encoded once for all clients. A client gets the newest as soon as it can take
/// it, never a queue of old ones.
class Stream {
public:
    explicit Stream(Board& board) : board_(board) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void open(server::SlotId, const Caller&);
    void receive(server::SlotId, std::string_view text);
    void close(server::SlotId);

    /// Sends what is due to those that are ready. Returns when it has something again.
    std::uint64_t pump(std::uint64_t now_ms);

private:
    struct Session {
        bool open = false;
        server::SlotId slot = {};
        Caller caller = {};
        protocol::TopicSet topics = {};
        std::uint64_t state_period_ms = 0;
        std::uint64_t state_due_ms = 0;  ///< not before: max_hz
        std::uint64_t state_seq = 0;     ///< what the client holds; 0: nothing yet
        bool state_blocked = false;      ///< it was due, and the client did not take it
        std::uint64_t log_seq = 0;       ///< last line that the client has
        std::uint64_t diagnostics_number = 0;
        std::array<std::uint64_t, job_kinds> job_versions = {};  ///< what the client holds of each kind
        std::uint64_t settings_revision = 0;                     ///< what it holds of the settings
        std::uint64_t name_revision = 0;                         ///< and of the board's name
    };

    Session* find(server::SlotId);
    /// Closes the streams of sessions and tokens that have ended, and those that are no longer open to all.
    void end_stale();
    void end(Session&);
    [[nodiscard]] bool is_stale(const Session&) const;
    /// True when the caller may not do this, and is told so.
    bool refuse(const Session&, std::uint64_t id, router::Access wanted);
    void subscribe(Session&, std::uint64_t id, const protocol::Subscribe&);
    void set_output(Session&, std::uint64_t id, const protocol::OutputSet&);
    void answer_empty(const Session&, std::uint64_t id);
    void answer_error(const Session&, std::optional<std::uint64_t> id, const http::Problem&);

    void publish(std::uint64_t now_ms);
    void encode_delta();
    void encode_diagnostics(std::uint64_t now_ms);
    void pump_state(Session&, std::uint64_t now_ms);
    void pump_log(Session&);
    void pump_diagnostics(Session&);
    void pump_jobs(Session&);
    void pump_settings(Session&);
    void pump_info(Session&);

    Board& board_;
    std::array<Session, limits::websocket_max> sessions_;
    std::size_t open_count_ = 0;

    std::uint32_t owner_revision_ = 0;     ///< of the last look for stale ones
    std::uint64_t settings_revision_ = 0;  ///< likewise
    std::uint64_t stale_due_ms_ = 0;       ///< when sessions may have ended by themselves

    std::uint64_t published_seq_ = 0;  ///< the state that clients get now
    std::uint64_t delta_since_ = 0;    ///< and the one that the delta applies to
    bool delta_usable_ = false;
    std::uint64_t diagnostics_due_ms_ = 0;
    std::uint64_t diagnostics_number_ = 0;  ///< counts what was encoded

    Frame<limits::delta_bytes_max> delta_;
    Frame<limits::websocket_frame_bytes_max - 4> diagnostics_;  ///< a frame of this size has a header of 4
    Frame<limits::websocket_answer_bytes_max - 4> message_;     ///< answers and log lines
    Frame<limits::settings_bytes_max + 128> settings_;
};

}  // namespace boardwalk::app
