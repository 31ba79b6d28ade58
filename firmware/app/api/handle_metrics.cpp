#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "firmware/app/api/pieces.hpp"
#include "firmware/app/api/routes.hpp"

/// Prometheus' text exposition format 0.0.4: one piece is one family, or a few lines of a long one.
namespace boardwalk::app {

namespace {

struct Label {
    std::string_view name, value;
};

void escaped(TextWriter& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') {
            out.append("\\n");
            continue;
        }
        if (c == '\\' || c == '"') out.append('\\');
        out.append(c);
    }
}

void name_and_labels(TextWriter& out, std::string_view name, std::initializer_list<Label> labels) {
    out.append("boardwalk_");
    out.append(name);
    char before = '{';
    for (const Label& label : labels) {
        out.append(before);
        out.append(label.name);
        out.append("=\"");
        escaped(out, label.value);
        out.append('"');
        before = ',';
    }
    if (labels.size() > 0) out.append('}');
    out.append(' ');
}

void line(TextWriter& out, std::string_view name, std::uint64_t value,
          std::initializer_list<Label> labels = {}) {
    name_and_labels(out, name, labels);
    out.append_number(value);
    out.append('\n');
}

void family(TextWriter& out, std::string_view name, std::string_view type, std::string_view help) {
    for (const auto& [word, text] : {Label{"# HELP boardwalk_", help}, Label{"# TYPE boardwalk_", type}}) {
        out.append(word);
        out.append(name);
        out.append(' ');
        out.append(text);
        out.append('\n');
    }
}

/// A family of one number, or of none where the board does not know it.
void single(TextWriter& out, std::string_view name, std::string_view type, std::string_view help,
            std::optional<std::uint64_t> value) {
    if (!value) return;
    family(out, name, type, help);
    line(out, name, *value);
}

/// Seconds in the shortest form that is exact: "0.00005", "2.5", "1".
void append_seconds(TextWriter& out, std::uint64_t microseconds) {
    constexpr std::uint32_t second_us = 1'000'000;
    out.append_number(microseconds / second_us);
    auto rest = static_cast<std::uint32_t>(microseconds % second_us);
    if (rest != 0) out.append('.');
    for (auto place = second_us / 10; rest != 0; rest %= place, place /= 10)
        out.append_number(rest / place);
}

void write_connections(TextWriter& out, const Board&, const server::Statistics& now) {
    family(out, "connections", "gauge", "Connections, by what they do.");
    line(out, "connections", now.silent, {{"state", "silent"}});
    line(out, "connections", now.active, {{"state", "active"}});
    line(out, "connections", now.idle, {{"state", "idle"}});
    line(out, "connections", now.websocket, {{"state", "websocket"}});
}

void write_connection_limits(TextWriter& out, const Board&, const server::Statistics& now) {
    single(out, "connections_max", "gauge", "Connection slots.", now.connections_max);
    single(out, "connections_accepted_total", "counter", "Connections taken.", now.accepted_total);
    single(out, "minimum_rate_bytes_per_second", "gauge", "Asked of slow clients while others wait.",
           now.minimum_rate_bytes_per_s);
}

void write_connection_ends(TextWriter& out, const Board&, const server::Statistics& now) {
    single(out, "connections_evicted_total", "counter", "Closed for a newcomer.", now.evicted_total);
    single(out, "connections_refused_total", "counter", "Answered 503 or closed unserved.",
           now.refused_total);
    single(out, "connections_timed_out_total", "counter", "Closed by a timeout, idle ones left out.",
           now.timed_out_total);
}

/// Together with the open ones these are all that were accepted.
void write_connection_endings(TextWriter& out, const Board&, const server::Statistics& now) {
    family(out, "connections_closed_total", "counter", "Connections that ended, by reason.");
    for (std::size_t i = 0; i < server::ending_names.size(); ++i)
        line(out, "connections_closed_total", now.closed_by_ending[i], {{"reason", server::ending_names[i]}});
}

void write_buffers(TextWriter& out, const Board&, const server::Statistics& now) {
    single(out, "buffers_in_use", "gauge", "Scratch buffers that a request holds.", now.buffers_in_use);
    single(out, "buffers_allocated", "gauge", "Scratch buffers in memory.", now.buffers_allocated);
    single(out, "buffers_max", "gauge", "Scratch buffers at most.", now.buffers_max);
    single(out, "buffer_waits_total", "counter", "Times a request waited for one.", now.buffer_waits_total);
}

void write_peaks(TextWriter& out, const Board&, const server::Statistics& now) {
    single(out, "waiting", "gauge", "Connections that wait for a slot or a buffer.", now.waiting);
    single(out, "peak_connections", "gauge", "Most slots in use in one turn of the loop, of the last 15 s.",
           now.recent_peak.connections);
    single(out, "peak_buffers", "gauge", "Most buffers in use, of the last 15 s.", now.recent_peak.buffers);
    static_assert(limits::peak_seconds == 15, "the texts above");
}

void write_traffic(TextWriter& out, const Board& board, const server::Statistics& now) {
    single(out, "bytes_sent_total", "counter", "Bytes sent.", now.bytes_sent_total);
    single(out, "bytes_received_total", "counter", "Bytes received.", now.bytes_received_total);
    single(out, "websocket_messages_dropped_total", "counter", "Messages that slow clients missed.",
           board.websocket_messages_dropped_total);
}

void write_console(TextWriter& out, const Board& board, const server::Statistics&) {
    single(out, "log_lines_dropped_total", "counter", "Lines of the log that the console did not take.",
           board.platform.log_lines_dropped());
}

void write_workers(TextWriter& out, const Board& board, const server::Statistics&) {
    single(out, "workers_overdue", "gauge", "Jobs that run for longer than they may: their workers hang.",
           board.workers.usage().overdue);
}

void write_memory(TextWriter& out, const Board& board, const server::Statistics&) {
    const auto heap = board.platform.heap();
    single(out, "heap_free_bytes", "gauge", "Memory that can still be allocated.", heap.free_bytes);
    single(out, "heap_minimum_free_bytes", "gauge", "The least that was free.", heap.minimum_free_bytes);
}

void write_uptime(TextWriter& out, const Board& board, const server::Statistics&) {
    family(out, "uptime_seconds", "gauge", "Time since the start.");
    name_and_labels(out, "uptime_seconds", {});
    out.append_fixed(static_cast<double>(board.uptime_ms()) / 1000, 3);
    out.append('\n');
    family(out, "build_info", "gauge", "What runs here; always 1.");
    line(out, "build_info", 1, {{"version", BOARDWALK_VERSION}, {"board", board.model_name}});
}

void write_requests_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "requests_total", "counter", "Requests answered, by status code.");
}

void write_durations_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "request_duration_seconds", "histogram",
           "From a request's first byte to the last byte of its answer, waiting included.");
}

void write_waits_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "wait_seconds", "histogram", "From a request's first byte until it had a slot and a buffer.");
}

void write_info(TextWriter& out, const Board& board, const server::Statistics&) {
    family(out, "info", "gauge", "Which board this is; always 1.");
    line(out, "info", 1,
         {{"id", board.identity.id.view()},
          {"name", board.settings.settings().name.view()},
          {"model", board.model_name},
          {"version", BOARDWALK_VERSION}});
}

void write_reading_statuses_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "reading_ok", "gauge",
           "1 while a reading is fresh, 0 when it is stale or its sensor failed.");
}

void write_outputs_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "output", "gauge",
           "Switches are 0 or 1, levels their value, choices 1 at the chosen option, buttons 0.");
}

void write_readings_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "reading", "gauge", "What the board measures; NaN where it has no value.");
}

// Long families, a line or so at a time. False: there is no such line.

bool write_request_count(TextWriter& out, const Board&, const server::Statistics& now, std::size_t index) {
    if (index >= now.by_status.size()) return false;
    // What has never happened has no line; but a rate from the first answer on needs a 0 before it.
    const bool is_ok = index < server::counted_statuses.size() && server::counted_statuses[index] == 200;
    if (now.by_status[index] == 0 && !is_ok) return true;
    std::array<char, 8> code{};
    TextWriter text(code);
    if (index < server::counted_statuses.size()) {
        text.append_number(server::counted_statuses[index]);
    } else {
        text.append("other");
    }
    line(out, "requests_total", now.by_status[index], {{"code", text.view()}});
    return true;
}

/// The buckets of a histogram, one a piece; with the last come sum and count.
bool write_bucket(TextWriter& out, std::string_view name, const server::Durations& durations,
                  std::size_t index) {
    if (index > server::duration_bounds_us.size()) return false;
    std::array<char, 48> memory{};
    TextWriter full_name(memory);
    const auto with = [&](std::string_view ending) {
        full_name.truncate(0);
        full_name.append(name);
        full_name.append(ending);
        return full_name.view();
    };
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= index; ++i)
        count += durations.counts[i];
    if (index < server::duration_bounds_us.size()) {
        std::array<char, 16> bound{};
        TextWriter text(bound);
        append_seconds(text, server::duration_bounds_us[index]);
        line(out, with("_bucket"), count, {{"le", text.view()}});
        return true;
    }
    line(out, with("_bucket"), count, {{"le", "+Inf"}});
    name_and_labels(out, with("_sum"), {});
    append_seconds(out, durations.sum_us);
    out.append('\n');
    line(out, with("_count"), count);
    return true;
}

bool write_duration_bucket(TextWriter& out, const Board&, const server::Statistics& now, std::size_t index) {
    return write_bucket(out, "request_duration_seconds", now.durations, index);
}

bool write_wait_bucket(TextWriter& out, const Board&, const server::Statistics& now, std::size_t index) {
    return write_bucket(out, "wait_seconds", now.waits, index);
}

bool write_reading_status(TextWriter& out, const Board& board, const server::Statistics&, std::size_t index) {
    if (index >= board.model.readings().size()) return false;
    const Reading& reading = board.model.readings()[index];
    line(out, "reading_ok", reading.status == ReadingStatus::ok ? 1 : 0, {{"id", reading.description->id}});
    return true;
}

/// A line for each output, and for a choice one for each option: `index` counts these lines.
bool write_output(TextWriter& out, const Board& board, const server::Statistics&, std::size_t index) {
    for (const Output& output : board.model.outputs()) {
        const auto& described = *output.description;
        const bool is_choice = described.kind == OutputKind::choice;
        const std::size_t lines = is_choice ? described.options.size() : 1;
        if (index >= lines) {
            index -= lines;
            continue;
        }
        if (is_choice) {
            const bool chosen = output.value == static_cast<double>(index);
            line(out, "output", chosen ? 1 : 0, {{"id", described.id}, {"option", described.options[index]}});
            return true;
        }
        name_and_labels(out, "output", {{"id", described.id}});
        JsonWriter number(out);
        if (described.kind == OutputKind::level) {
            write_value(number, described, output.value);
        } else {
            number.integer(output.value != 0 ? 1 : 0);
        }
        out.append('\n');
        return true;
    }
    return false;
}

bool write_reading(TextWriter& out, const Board& board, const server::Statistics&, std::size_t index) {
    if (index >= board.model.readings().size()) return false;
    const Reading& reading = board.model.readings()[index];
    name_and_labels(out, "reading", {{"id", reading.description->id}, {"unit", reading.description->unit}});
    if (std::isnan(reading.value)) {
        out.append("NaN");
    } else {
        out.append_fixed(reading.value, reading.description->decimals);
    }
    out.append('\n');
    return true;
}

struct Part {
    void (*head)(TextWriter&, const Board&, const server::Statistics&);
    bool (*item)(TextWriter&, const Board&, const server::Statistics&, std::size_t index) = nullptr;
};

constexpr std::array parts = {
    Part{write_connections},
    Part{write_connection_limits},
    Part{write_connection_ends},
    Part{write_connection_endings},
    Part{write_buffers},
    Part{write_peaks},
    Part{write_traffic},
    Part{write_console},
    Part{write_workers},
    Part{write_memory},
    Part{write_uptime},
    Part{write_info},
    Part{write_requests_head, write_request_count},
    Part{write_durations_head, write_duration_bucket},
    Part{write_waits_head, write_wait_bucket},
    Part{write_readings_head, write_reading},
    Part{write_reading_statuses_head, write_reading_status},
    Part{write_outputs_head, write_output},
};

/// The cursor: which part comes next, and which piece of it: 0 is its head, then its items.
bool next(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    std::uint64_t& part = cursor[0];
    std::uint64_t& piece = cursor[1];
    const Board& board = *static_cast<const Board*>(context);
    const server::Statistics now = board.statistics->statistics();
    while (part < parts.size()) {
        const Part& now_written = parts[static_cast<std::size_t>(part)];
        bool there = true;
        const bool fitted = append_piece(out, [&](TextWriter& text) {
            if (piece == 0) {
                now_written.head(text, board, now);
            } else {
                there = now_written.item != nullptr &&
                        now_written.item(text, board, now, static_cast<std::size_t>(piece - 1));
            }
        });
        if (!fitted) return false;
        if (there) {
            ++piece;
        } else {
            ++part;
            piece = 0;
        }
    }
    return true;
}

}  // namespace

bool handle::metrics(Board& board, const Exchange& exchange) {
    exchange.response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    exchange.response.producer = {.next = next, .context = &board, .cursor = {}};
    return true;
}

}  // namespace boardwalk::app
