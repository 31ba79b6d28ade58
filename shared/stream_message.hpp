#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "shared/diagnostics.hpp"
#include "shared/messages.hpp"

/// What the board sends on the stream (subprotocol `boardwalk.v1`).
namespace boardwalk::protocol {

/// The empty result of `subscribe` and `ping`.
struct Subscribed {
    friend bool operator==(const Subscribed&, const Subscribed&) = default;
};

/// Answer to a `StreamRequest`. No id: the board could not read that of the request.
struct Reply {
    std::optional<std::uint64_t> id;
    std::variant<Subscribed, OutputResult, Problem> outcome;
    friend bool operator==(const Reply&, const Reply&) = default;
};

/// So many log lines were dropped for this slow client.
struct LogGap {
    std::uint64_t lines = 0;
    friend bool operator==(const LogGap&, const LogGap&) = default;
};

struct Job {
    std::string id;
    std::string kind;
    JobState state = JobState::queued;
    std::optional<double> progress;    ///< 0 to 1
    std::string result_json = "null";  ///< JSON text: its shape is the kind's
    std::optional<Problem> error;
    friend bool operator==(const Job&, const Job&) = default;
};

/// The settings as they are now, and the validator that a change of them is to name (`If-Match`).
struct SettingsChange {
    Settings settings;
    std::string etag;
    friend bool operator==(const SettingsChange&, const SettingsChange&) = default;
};

/// `State` is the snapshot that comes first and after a gap.
using StreamMessage =
    std::variant<Reply, State, StateDelta, LogLine, LogGap, Diagnostics, Job, SettingsChange, Info>;

}  // namespace boardwalk::protocol
