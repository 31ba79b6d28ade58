#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/limits.hpp"

/// The life of a connection, as two tables: the transitions, and the times that the server's timers and
/// evictions use. ARCHITECTURE.md shows both, and a test compares.
namespace boardwalk::connection {

enum class State : std::uint8_t { free, idle, head, body, working, sending, websocket };
inline constexpr std::array<std::string_view, 7> state_names = {"free",    "idle",    "head",     "body",
                                                                "working", "sending", "websocket"};

enum class Event : std::uint8_t {
    opened,
    first_byte,
    body_expected,
    work_begun,
    piece_released,
    answered,
    upgraded,
    done
};
inline constexpr std::array<std::string_view, 8> event_names = {"gets a slot",
                                                                "first byte",
                                                                "head complete, body expected",
                                                                "request complete, or a piece of it",
                                                                "piece is released",
                                                                "answered",
                                                                "upgraded",
                                                                "answer is out"};

struct Transition {
    State from;
    Event on;
    State to;
};

/// All transitions; any other event is a broken invariant. In every state the connection may close: it is
/// free then.
inline constexpr std::array transitions = {
    Transition{State::free, Event::opened, State::idle},
    Transition{State::idle, Event::first_byte, State::head},
    Transition{State::head, Event::body_expected, State::body},
    Transition{State::head, Event::work_begun, State::working},
    Transition{State::head, Event::answered, State::sending},  // an error, or no body is wanted
    Transition{State::head, Event::upgraded, State::websocket},
    Transition{State::body, Event::work_begun, State::working},
    Transition{State::body, Event::answered, State::sending},  // an error, or too slow
    Transition{State::working, Event::piece_released, State::body},
    Transition{State::working, Event::answered, State::sending},
    Transition{State::sending, Event::done, State::idle},
};

namespace detail {
/// The same table by state and event: it is read four times a request.
inline constexpr auto next_states = [] {
    std::array<std::array<State, event_names.size()>, state_names.size()> states{};
    for (const auto& transition : transitions)
        states[static_cast<std::size_t>(transition.from)][static_cast<std::size_t>(transition.on)] =
            transition.to;
    return states;
}();
}  // namespace detail

/// Where `on` leads from `from`; `free` when it may not happen there.
[[nodiscard]] constexpr State next(State from, Event on) {
    return detail::next_states[static_cast<std::size_t>(from)][static_cast<std::size_t>(on)];
}

/// The times of a state, in milliseconds. 0: never.
struct Rule {
    State state;
    std::uint32_t timeout_ms;  ///< at any time
    std::string_view then;
    std::uint32_t evicted_after_ms;  ///< when another connection needs the slot
    std::uint32_t slow_after_ms;     ///< below the minimum rate, once contention has lasted so long
};

inline constexpr std::array rules = {
    Rule{State::idle, limits::idle_timeout_ms, "closed", limits::idle_grace_ms, 0},
    Rule{State::head, limits::head_timeout_ms, "408", limits::head_grace_ms, 0},
    Rule{State::body, limits::body_timeout_ms, "408", 0, limits::body_grace_ms},
    Rule{State::working, 0, "", 0, 0},
    Rule{State::sending, limits::write_stall_timeout_ms, "reset", 0, limits::answer_grace_ms},
    Rule{State::websocket, 2 * limits::websocket_ping_ms, "close 1001", 0, 0},
};

/// `state` is not `free`.
[[nodiscard]] constexpr const Rule& rule_of(State state) {
    return rules[static_cast<std::size_t>(state) - 1];
}

static_assert([] {
    for (const auto& rule : rules)
        if (rule_of(rule.state).state != rule.state) return false;
    return true;
}());

}  // namespace boardwalk::connection
