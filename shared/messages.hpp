#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/limits.hpp"
#include "shared/names.hpp"
#include "shared/output_value.hpp"

/// What the board sends, as its clients hold it. `shared/messages_json.hpp` reads and writes it.
namespace boardwalk::protocol {

/// ISO 8601 in UTC; nothing while the board has no clock.
using Time = std::optional<std::string>;

struct Info {
    std::string id;
    std::string name;
    std::string model;
    std::string firmware;
    std::uint32_t api = api_version;
    std::string mac;
    bool auth = false;
    bool tls = false;
    std::string boot_id;  ///< another after each start: sequence numbers and uptimes begin again
    friend bool operator==(const Info&, const Info&) = default;
};

struct Reading {
    std::string id;
    std::string name;
    std::string group;
    std::string kind;  ///< temperature, humidity, …: a hint for the look
    std::string unit;
    std::optional<double> value;  ///< nothing while the sensor gives none
    std::optional<double> min;    ///< expected range, for the scale of a chart
    std::optional<double> max;
    std::uint32_t decimals = 0;
    ReadingStatus status = ReadingStatus::ok;
    friend bool operator==(const Reading&, const Reading&) = default;
};

struct Output {
    std::string id;
    std::string name;
    std::string group;
    OutputKind kind = OutputKind::switch_;
    OutputValue value = false;
    std::string unit;
    std::optional<double> min;  ///< min, max and step of a level
    std::optional<double> max;
    std::optional<double> step;
    std::vector<std::string> options;  ///< of a choice
    friend bool operator==(const Output&, const Output&) = default;
};

struct State {
    std::uint64_t seq = 0;
    std::string boot_id;
    Time time;
    std::uint64_t uptime_ms = 0;
    std::vector<Reading> readings;
    std::vector<Output> outputs;
    friend bool operator==(const State&, const State&) = default;
};

struct ReadingChange {
    std::string id;
    std::optional<double> value;
    friend bool operator==(const ReadingChange&, const ReadingChange&) = default;
};

struct OutputChange {
    std::string id;
    OutputValue value = false;
    friend bool operator==(const OutputChange&, const OutputChange&) = default;
};

/// Absolute values. Applies to the state with `seq == since`; a client that holds another waits for a
/// snapshot.
struct StateDelta {
    std::uint64_t seq = 0;
    std::uint64_t since = 0;
    Time time;
    std::vector<ReadingChange> readings;
    std::vector<OutputChange> outputs;
    friend bool operator==(const StateDelta&, const StateDelta&) = default;
};

/// Answer to `PUT /api/v1/outputs/{id}` and to `output.set`.
struct OutputResult {
    std::string id;
    OutputValue value = false;
    std::uint64_t seq = 0;
    friend bool operator==(const OutputResult&, const OutputResult&) = default;
};

struct Sample {
    std::uint64_t uptime_ms = 0;
    std::optional<double> value;
    friend bool operator==(const Sample&, const Sample&) = default;
};

/// `uptime_ms` and `time` are the moment of the answer: with them a client places the samples on its own
/// clock.
struct History {
    std::string series;
    std::string unit;
    std::string boot_id;
    std::uint64_t uptime_ms = 0;
    Time time;
    bool restarted = false;  ///< `since` was told by another start: these are all that there are
    std::vector<Sample> samples;
    friend bool operator==(const History&, const History&) = default;
};

struct TelemetrySettings {
    std::uint32_t period_ms = limits::telemetry_period_ms_default;
    friend bool operator==(const TelemetrySettings&, const TelemetrySettings&) = default;
};

struct SecuritySettings {
    std::vector<std::string> hosts;
    std::vector<std::string> origins;
    friend bool operator==(const SecuritySettings&, const SecuritySettings&) = default;
};

struct Settings {
    std::string name;
    TelemetrySettings telemetry;
    SecuritySettings security;  ///< empty also where a board of the first release does not tell it
    friend bool operator==(const Settings&, const Settings&) = default;
};

struct LogLine {
    std::uint64_t seq = 0;
    Time time;
    std::uint64_t uptime_ms = 0;
    LogLevel level = LogLevel::info;
    std::string text;
    friend bool operator==(const LogLine&, const LogLine&) = default;
};

/// A page of the log. `next` is the `since` of the next question; `gap` counts lines behind the `since` of
/// this one that are no longer there: numbers may be missing between two lines, since warnings are kept
/// longer.
struct Logs {
    std::string boot_id;     ///< numbers begin again with each; empty: a board of the first release
    bool restarted = false;  ///< as in History
    std::vector<LogLine> lines;
    std::uint64_t next = 0;
    std::uint64_t gap = 0;
    friend bool operator==(const Logs&, const Logs&) = default;
};

struct ProblemError {
    std::string pointer;
    std::string detail;
    friend bool operator==(const ProblemError&, const ProblemError&) = default;
};

/// RFC 9457. A member that is absent keeps what stands here (§3.1: all are optional).
struct Problem {
    std::string type = "about:blank";
    std::string title;
    std::uint32_t status = 0;
    std::string detail;
    std::string instance;
    std::string code;
    std::vector<ProblemError> errors;
    friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace boardwalk::protocol
