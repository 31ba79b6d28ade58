#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "firmware/app/pieces.hpp"
#include "firmware/app/routes.hpp"

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
}

void write_connection_ends(TextWriter& out, const Board&, const server::Statistics& now) {
    single(out, "connections_evicted_total", "counter", "Closed for a newcomer.", now.evicted_total);
    single(out, "connections_refused_total", "counter", "Answered 503 or closed unserved.",
           now.refused_total);
    single(out, "connections_timed_out_total", "counter", "Closed by a timeout.", now.timed_out_total);
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
           "From a whole request to the last byte of its answer.");
}

void write_readings_head(TextWriter& out, const Board&, const server::Statistics&) {
    family(out, "reading", "gauge", "What the board measures; NaN where it has no value.");
}

// Long families, a line or so at a time. False: there is no such line.

bool write_request_count(TextWriter& out, const Board&, const server::Statistics& now, std::size_t index) {
    if (index >= now.by_status.size()) return false;
    if (now.by_status[index] == 0) return true;
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

bool write_duration_bucket(TextWriter& out, const Board&, const server::Statistics& now, std::size_t index) {
    constexpr std::string_view bucket = "request_duration_seconds_bucket";
    if (index > server::duration_bounds_us.size()) return false;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= index; ++i)
        count += now.durations[i];
    if (index < server::duration_bounds_us.size()) {
        std::array<char, 16> bound{};
        TextWriter text(bound);
        text.append_fixed(server::duration_bounds_us[index] / 1e6, 6);
        line(out, bucket, count, {{"le", text.view()}});
        return true;
    }
    line(out, bucket, count, {{"le", "+Inf"}});
    name_and_labels(out, "request_duration_seconds_sum", {});
    out.append_fixed(static_cast<double>(now.duration_sum_us) / 1e6, 6);
    out.append('\n');
    line(out, "request_duration_seconds_count", count);
    return true;
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
    Part{write_traffic},
    Part{write_console},
    Part{write_memory},
    Part{write_uptime},
    Part{write_requests_head, write_request_count},
    Part{write_durations_head, write_duration_bucket},
    Part{write_readings_head, write_reading},
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
