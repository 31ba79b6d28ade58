#pragma once

#include <cstdint>

#include "firmware/connection/connection.hpp"
#include "firmware/server/contention/rate_meter.hpp"
#include "firmware/server/load.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::server {

/// What a link is given once it has sent something: the state of its connection, and what the server
/// remembers of it. Moments are the lower 32 bits of milliseconds; byte counts wrap.
struct Slot {
    connection::Connection connection;
    transport::Link link = 0;
    std::uint16_t route = 0;       ///< what the application said of the head
    std::uint32_t generation = 0;  ///< of this use of the slot
    std::uint32_t requests = 0;

    std::uint64_t request_began_us = 0;  ///< first byte, with what that waited in the network
    std::uint32_t since_ms = 0;          ///< the request's first byte, or the end of the last answer; of a
                                         ///< WebSocket the peer's last byte
    std::uint32_t progress_ms = 0;       ///< bytes last moved
    std::uint32_t buffer_since_ms = 0;   ///< it got its buffer, or finished a message with it
    std::uint32_t message_ms = 0;        ///< a WebSocket's client last sent a message of its own
    std::uint32_t acknowledged_ms = 0;   ///< a WebSocket's peer last acknowledged something, or everything

    RateMeter rate;  ///< of a body or an answer
    std::uint32_t body_bytes = 0;
    std::uint32_t sent_bytes = 0;
    std::uint32_t acknowledged_bytes = 0;  ///< of `sent_bytes`, when they were last asked for

    bool is_taken = false;
    bool has_ended = false;      ///< it becomes free at the next sweep
    bool is_ready = false;       ///< the application has answered it
    bool has_yielded = false;    ///< it let others have their turn, with more of its own to do
    bool has_unread = false;     ///< the network may have something to read
    bool peer_finished = false;  ///< the peer's end was read
    bool was_pinged = false;
    bool is_abandoned = false;     ///< the link is gone, and the application still works on the buffer
    bool buffer_was_used = false;  ///< it has read with the buffer that it holds

    BusyTime busy;  ///< the slot's, of all connections that had it

    [[nodiscard]] connection::State state() const { return connection.state(); }
};

static_assert(sizeof(Slot) <= limits::slot_bytes_max);

}  // namespace boardwalk::server
