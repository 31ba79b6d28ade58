#pragma once

#include <cstdint>

#include "firmware/connection/connection.hpp"
#include "firmware/server/contention/rate_meter.hpp"
#include "firmware/server/load.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::server {

/// Whether the slot is in use. Only SlotTable changes it.
struct SlotUse {
    std::uint32_t generation = 0;  ///< of this use
    bool is_taken = false;
    bool has_ended = false;    ///< it becomes free at the next sweep
    bool is_ready = false;     ///< the application has answered it
    bool has_yielded = false;  ///< it used its share of the turn, and has more to do
};

/// The present request, and those before it.
struct RequestFacts {
    std::uint64_t began_us = 0;  ///< when the first byte reached the network's queue
    std::uint32_t count = 0;
    std::uint16_t route = 0;  ///< what the application said of the head
};

/// When something last happened: the lower 32 bits of milliseconds.
struct Moments {
    std::uint32_t since_ms = 0;         ///< head, body: the request's first byte. idle: the end of the last
                                        ///< answer. websocket: the peer's last byte
    std::uint32_t progress_ms = 0;      ///< bytes moved
    std::uint32_t buffer_since_ms = 0;  ///< it got its buffer, or finished a message with it
    std::uint32_t message_ms = 0;       ///< a WebSocket's client sent a message of its own
    std::uint32_t acknowledged_ms = 0;  ///< a WebSocket's peer acknowledged something, or everything
};

/// How a body or an answer moves. Byte counts wrap.
struct Traffic {
    RateMeter rate;
    std::uint32_t body_bytes = 0;
    std::uint32_t sent_bytes = 0;
    std::uint32_t acknowledged_bytes = 0;  ///< of `sent_bytes`, when they were last asked for
};

/// What the network has for the slot.
struct Input {
    bool is_unread : 1 = false;  ///< there may be something to read
    bool has_ended : 1 = false;  ///< the peer's end was read
    bool was_read : 1 = false;   ///< with the buffer that the slot holds
};

/// What a link is given once it has sent something: the state of its connection, and what the server
/// remembers of it.
struct Slot {
    connection::Connection connection;
    RequestFacts request;
    SlotUse use;
    Moments moments;
    Traffic traffic;
    BusyTime busy;  ///< the slot's, of all connections that had it
    transport::Link link = 0;
    Input input;
    bool was_pinged : 1 = false;
    bool is_abandoned : 1 = false;  ///< the link is gone, and the application still works on the buffer

    [[nodiscard]] connection::State state() const { return connection.state(); }
};

static_assert(sizeof(Slot) <= limits::slot_bytes_max);

}  // namespace boardwalk::server
