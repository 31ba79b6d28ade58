#pragma once

#include "shared/messages_json.hpp"

/// The members of every message, once for both directions: an archive that reads fills them in, one that
/// writes puts them out, in this order. `Archive::Ref<T>` is `T&` for the first, `const T&` for the second.
namespace boardwalk::protocol {

template <class Archive, class T>
using Ref = typename Archive::template Ref<T>;

template <class Archive>
void members(Archive& archive, Ref<Archive, Info> info) {
    archive("id", info.id);
    archive("name", info.name);
    archive("model", info.model);
    archive("firmware", info.firmware);
    archive("api", info.api);
    archive("mac", info.mac);
    archive("auth", info.auth);
    archive("tls", info.tls);
    archive("boot_id", info.boot_id);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Reading> reading) {
    archive("id", reading.id);
    archive("name", reading.name);
    archive("group", reading.group);
    archive("kind", reading.kind);
    archive("unit", reading.unit);
    archive("value", reading.value);
    archive("min", reading.min);
    archive("max", reading.max);
    archive("decimals", reading.decimals);
    archive("status", reading.status);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Output> output) {
    archive("id", output.id);
    archive("name", output.name);
    archive("group", output.group);
    archive("kind", output.kind);
    archive("value", output.value);
    archive("unit", output.unit);
    archive("min", output.min);
    archive("max", output.max);
    archive("step", output.step);
    archive("options", output.options);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, State> state) {
    archive("seq", state.seq);
    archive("boot_id", state.boot_id);
    archive("time", state.time);
    archive("uptime_ms", state.uptime_ms);
    archive("readings", state.readings);
    archive("outputs", state.outputs);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, StateDelta> delta) {
    archive("seq", delta.seq);
    archive("since", delta.since);
    archive("time", delta.time);
    archive.nested("delta", [&](Archive& changes) {
        changes("readings", delta.readings);
        changes("outputs", delta.outputs);
    });
}

template <class Archive>
void members(Archive& archive, Ref<Archive, OutputResult> result) {
    archive("id", result.id);
    archive("value", result.value);
    archive("seq", result.seq);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, History> history) {
    archive("series", history.series);
    archive("unit", history.unit);
    archive("boot_id", history.boot_id);
    archive("uptime_ms", history.uptime_ms);
    archive("time", history.time);
    archive.maybe("restarted", history.restarted);
    archive("samples", history.samples);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, TelemetrySettings> telemetry) {
    archive("period_ms", telemetry.period_ms);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, SecuritySettings> security) {
    archive.maybe("hosts", security.hosts);
    archive.maybe("origins", security.origins);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Settings> settings) {
    archive("name", settings.name);
    archive("telemetry", settings.telemetry);
    archive.maybe("security", settings.security);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, LogLine> line) {
    archive("seq", line.seq);
    archive("time", line.time);
    archive("uptime_ms", line.uptime_ms);
    archive("level", line.level);
    archive("text", line.text);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Logs> logs) {
    archive.maybe("boot_id", logs.boot_id);
    archive.maybe("restarted", logs.restarted);
    archive("lines", logs.lines);
    archive("next", logs.next);
    archive("gap", logs.gap);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, ProblemError> error) {
    archive("pointer", error.pointer);
    archive("detail", error.detail);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Problem> problem) {
    archive.maybe("type", problem.type);
    archive.maybe("title", problem.title);
    archive.maybe("status", problem.status);
    archive.maybe("detail", problem.detail);
    archive.maybe("instance", problem.instance);
    archive.maybe("code", problem.code);
    archive.maybe("errors", problem.errors);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, ConnectionCounts> connections) {
    archive("max", connections.max);
    archive("silent", connections.silent);
    archive("active", connections.active);
    archive("idle", connections.idle);
    archive("websocket", connections.websocket);
    archive("websocket_max", connections.websocket_max);
    archive("accepted_total", connections.accepted_total);
    archive("evicted_total", connections.evicted_total);
    archive("refused_total", connections.refused_total);
    archive("timed_out_total", connections.timed_out_total);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, BufferCounts> buffers) {
    archive("size_bytes", buffers.size_bytes);
    archive("max", buffers.max);
    archive("allocated", buffers.allocated);
    archive("in_use", buffers.in_use);
    archive("waiting", buffers.waiting);
    archive("waits_total", buffers.waits_total);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, WorkerCounts> workers) {
    archive("max", workers.max);
    archive("busy", workers.busy);
    archive("queued", workers.queued);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, HeapFigures> heap) {
    archive("free_bytes", heap.free_bytes);
    archive("minimum_free_bytes", heap.minimum_free_bytes);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, RequestFigures> requests) {
    archive("total", requests.total);
    archive("per_s", requests.per_s);
    archive("p50_ms", requests.p50_ms);
    archive("p99_ms", requests.p99_ms);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, PeakFigures> peak) {
    archive("window_ms", peak.window_ms);
    archive("connections", peak.connections);
    archive("buffers", peak.buffers);
    archive("waiting", peak.waiting);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Slot> slot) {
    archive("slot", slot.slot);
    archive("state", slot.state);
    archive("peer", slot.peer);
    archive("idle_ms", slot.idle_ms);
    archive("requests", slot.requests);
    archive("buffer", slot.buffer);
    archive.maybe("busy_ms", slot.busy_ms);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Diagnostics> diagnostics) {
    archive("uptime_ms", diagnostics.uptime_ms);
    archive("connections", diagnostics.connections);
    archive("buffers", diagnostics.buffers);
    archive("workers", diagnostics.workers);
    archive("heap", diagnostics.heap);
    archive("requests", diagnostics.requests);
    archive.maybe("peak", diagnostics.peak);
    archive.maybe("minimum_rate_bytes_per_s", diagnostics.minimum_rate_bytes_per_s);
    archive("slots", diagnostics.slots);
}

template <class Archive>
void members(Archive& archive, Ref<Archive, Job> job) {
    archive("id", job.id);
    archive("kind", job.kind);
    archive("state", job.state);
    archive("progress", job.progress);
    archive.raw("result", job.result_json);
    archive("error", job.error);
}

}  // namespace boardwalk::protocol
