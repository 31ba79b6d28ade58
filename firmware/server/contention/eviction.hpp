#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/connection/state.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/statistics.hpp"

/// Which connection makes way when another one needs its link, slot, buffer or place among the WebSockets.
/// A pure function of what is known of the connections; ARCHITECTURE.md shows its table, and a test compares.
namespace boardwalk::server {

/// What another connection needs.
enum class Resource : std::uint8_t { link, slot, buffer, websocket };
inline constexpr std::array<std::string_view, 4> resource_names = {"a link", "a slot", "a buffer",
                                                                   "a WebSocket"};

/// Why a connection is the one that makes way.
enum class Reason : std::uint8_t {
    delivered,
    lingering,
    silent,
    unfinished_head,
    idle,
    slow_body,
    slow_answer,
    requests_ahead,
    unfinished_message,
    silent_websocket
};
inline constexpr std::array<std::string_view, 10> reason_names = {
    "a closing link whose peer has acknowledged everything",
    "any closing link",
    "a link that has sent nothing",
    "an incomplete head",
    "an idle connection",
    "a body below the minimum rate",
    "an answer below the minimum rate",
    "requests sent ahead of an answer by reference",
    "an incomplete WebSocket message",
    "a WebSocket without messages of its client"};

/// One row of the policy. For each resource the first row that finds a candidate decides, and of several
/// candidates the one whose reason has held for the longest goes.
struct EvictionRule {
    Resource wanted;
    Reason reason;
    /// How long the reason must have held. For `slow_body` and `slow_answer`: how long contention must have
    /// lasted.
    std::uint32_t after_ms;
    Ending ending;  ///< the counter of this eviction; `finished` where the connection was over already
    std::string_view then;
};

inline constexpr std::array eviction_rules = [] {
    using R = Resource;
    using W = Reason;
    using connection::rule_of;
    using connection::State;
    constexpr auto head_ms = rule_of(State::head).evicted_after_ms;
    constexpr auto idle_ms = rule_of(State::idle).evicted_after_ms;
    constexpr auto body_ms = rule_of(State::body).slow_after_ms;
    constexpr auto answer_ms = rule_of(State::sending).slow_after_ms;
    return std::array{
        EvictionRule{R::link, W::delivered, limits::linger_grace_ms, Ending::finished, "given up"},
        EvictionRule{R::link, W::lingering, limits::linger_grace_ms, Ending::finished, "given up"},
        EvictionRule{R::link, W::silent, limits::silent_grace_ms, Ending::evicted, "reset"},
        EvictionRule{R::slot, W::unfinished_head, head_ms, Ending::evicted, "408"},
        EvictionRule{R::slot, W::idle, idle_ms, Ending::evicted, "closed"},
        EvictionRule{R::slot, W::slow_body, body_ms, Ending::timed_out, "408"},
        EvictionRule{R::slot, W::slow_answer, answer_ms, Ending::timed_out, "reset"},
        EvictionRule{R::buffer, W::unfinished_head, head_ms, Ending::evicted, "408"},
        EvictionRule{R::buffer, W::requests_ahead, limits::head_grace_ms, Ending::evicted,
                     "closed behind its answer"},
        EvictionRule{R::buffer, W::unfinished_message, limits::message_grace_ms, Ending::evicted,
                     "close 1013"},
        EvictionRule{R::buffer, W::slow_body, body_ms, Ending::timed_out, "408"},
        EvictionRule{R::buffer, W::slow_answer, answer_ms, Ending::timed_out, "reset"},
        EvictionRule{R::websocket, W::silent_websocket, limits::websocket_silence_ms_max, Ending::evicted,
                     "close 1013"},
    };
}();

/// What a connection does, as far as the policy is concerned. `busy` never makes way.
enum class Activity : std::uint8_t { busy, closing, silent, idle, head, body, answer, websocket };

/// What the policy knows of one connection. All ages are in milliseconds.
struct Candidate {
    std::uint16_t index = 0;  ///< of its slot; of its link while it has no slot
    Activity activity = Activity::busy;
    std::uint32_t age_ms = 0;          ///< of `activity`: a head's from its first byte
    std::uint32_t buffer_age_ms = 0;   ///< since it got its buffer, or finished a message with it
    std::uint32_t window_age_ms = 0;   ///< of a body or an answer: since its rate's window began
    std::uint32_t message_age_ms = 0;  ///< since a WebSocket's client sent a message
    bool has_buffer = false;
    bool has_unread_input = false;  ///< what it sent is here, and waits for the server
    bool holds_only_requests_ahead =
        false;                   ///< the buffer holds pipelined requests alone: the answer is sent without it
    bool is_below_rate = false;  ///< its credit is used up
    bool is_acknowledged = false;  ///< a closing link's peer has everything
};

struct Victim {
    std::uint16_t index = 0;
    const EvictionRule* rule = nullptr;
    std::uint32_t age_ms = 0;  ///< how long the reason has held
};

/// How long `reason` has held for this candidate; nothing when it does not hold.
[[nodiscard]] std::optional<std::uint32_t> age_of(Reason reason, const Candidate&);

/// The better victim of `best` and `candidate`. `contention_ms`: how long others have been waiting.
[[nodiscard]] std::optional<Victim> better_victim(std::optional<Victim> best, const Candidate& candidate,
                                                  Resource wanted, std::uint64_t contention_ms);

/// The connection that makes way for one that wants `wanted`; nothing when all stay.
template <typename Candidates>
[[nodiscard]] std::optional<Victim> choose_victim(const Candidates& candidates, Resource wanted,
                                                  std::uint64_t contention_ms) {
    std::optional<Victim> best;
    for (const Candidate& candidate : candidates)
        best = better_victim(best, candidate, wanted, contention_ms);
    return best;
}

}  // namespace boardwalk::server
