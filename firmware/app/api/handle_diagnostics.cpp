#include <limits>

#include "firmware/app/api/diagnostics.hpp"
#include "firmware/app/api/pieces.hpp"
#include "firmware/app/api/routes.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

// The cursor: the section that comes next, the slot, and the bytes to keep free.
constexpr std::size_t section = 0, slot = 1, keep_free = 2;
enum Section : std::uint64_t { connections, pools, requests, slots };

double or_null(std::optional<double> number) {
    return number.value_or(std::numeric_limits<double>::quiet_NaN());
}

void optional_member(JsonWriter& json, std::string_view name, std::optional<std::uint64_t> number) {
    json.key(name);
    if (number) {
        json.integer(*number);
    } else {
        json.null();
    }
}

void write_connections(TextWriter& out, const Board& board) {
    const server::Statistics figures = board.statistics->statistics();
    JsonWriter json(out);
    json.begin_object().member("uptime_ms", board.uptime_ms()).key("connections").begin_object();
    json.member("max", figures.connections_max)
        .member("silent", figures.silent)
        .member("active", figures.active)
        .member("idle", figures.idle)
        .member("websocket", figures.websocket)
        .member("websocket_max", figures.websocket_max)
        .member("accepted_total", figures.accepted_total)
        .member("evicted_total", figures.evicted_total)
        .member("refused_total", figures.refused_total)
        .member("timed_out_total", figures.timed_out_total)
        .end_object();
}

void write_pools(TextWriter& out, const Board& board) {
    const server::Statistics figures = board.statistics->statistics();
    const auto workers = board.workers.usage();
    const auto heap = board.platform.heap();
    out.append(',');
    JsonWriter json(out);
    json.key("buffers").begin_object();
    json.member("size_bytes", limits::buffer_bytes)
        .member("max", figures.buffers_max)
        .member("allocated", figures.buffers_allocated)
        .member("in_use", figures.buffers_in_use)
        .member("waiting", figures.waiting)
        .member("waits_total", figures.buffer_waits_total)
        .end_object();
    json.key("workers").begin_object();
    json.member("max", workers.max).member("busy", workers.busy).member("queued", workers.queued);
    if (workers.overdue > 0) json.member("overdue", workers.overdue);
    json.end_object();
    json.key("heap").begin_object();
    optional_member(json, "free_bytes", heap.free_bytes);
    optional_member(json, "minimum_free_bytes", heap.minimum_free_bytes);
    json.end_object();
}

void write_requests(TextWriter& out, const Board& board) {
    const server::Statistics figures = board.statistics->statistics();
    out.append(',');
    JsonWriter json(out);
    json.key("requests").begin_object().member("total", figures.requests_total);
    json.key("per_s").number(figures.requests_per_s, 1);
    json.key("p50_ms").number(or_null(percentile_ms(figures, 0.5)), 3);
    json.key("p99_ms").number(or_null(percentile_ms(figures, 0.99)), 3);
    json.end_object().key("peak").begin_object();
    json.member("window_ms", 1'000)
        .member("connections", figures.peak.connections)
        .member("buffers", figures.peak.buffers)
        .member("waiting", figures.peak.waiting);
    json.end_object()
        .member("minimum_rate_bytes_per_s", figures.minimum_rate_bytes_per_s)
        .key("slots")
        .begin_array();
}

void write_slot(TextWriter& out, const Board& board, std::size_t index) {
    const server::SlotView view = board.statistics->slot(index);
    if (index > 0) out.append(',');
    JsonWriter json(out);
    json.begin_object()
        .member("slot", index)
        .member("state", protocol::words<protocol::SlotState>[static_cast<std::size_t>(view.state)])
        .member("peer", view.peer.view())
        .member("idle_ms", view.idle_ms)
        .member("requests", view.requests)
        .member("buffer", view.buffer)
        .member("busy_ms", view.busy_ms)
        .end_object();
}

bool next(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    return write_diagnostics(*static_cast<const Board*>(context), cursor, out);
}

}  // namespace

bool write_diagnostics(const Board& board, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    using WriteSection = void (*)(TextWriter&, const Board&);
    constexpr std::array<WriteSection, slots> sections = {write_connections, write_pools, write_requests};
    const auto index = [&cursor](std::size_t of) { return static_cast<std::size_t>(cursor[of]); };
    for (; cursor[section] < slots; ++cursor[section]) {
        if (!append_piece(out, [&](TextWriter& piece) { sections[index(section)](piece, board); }))
            return false;
    }
    for (; cursor[slot] < board.statistics->statistics().connections_max; ++cursor[slot]) {
        const auto write = [&](TextWriter& piece) { write_slot(piece, board, index(slot)); };
        if (!append_piece(out, write, index(keep_free))) return false;
    }
    return append_piece(out, [](TextWriter& piece) { piece.append(diagnostics_end); });
}

std::optional<double> percentile_ms(const server::Statistics& figures, double rank) {
    std::uint64_t total = 0;
    for (const std::uint64_t count : figures.durations.counts)
        total += count;
    if (total == 0) return std::nullopt;
    const double wanted = rank * static_cast<double>(total);
    double below = 0, low_us = 0;
    for (std::size_t i = 0; i < server::duration_bounds_us.size(); ++i) {
        const auto here = static_cast<double>(figures.durations.counts[i]);
        const double high_us = server::duration_bounds_us[i];
        if (here > 0 && below + here >= wanted)
            return (low_us + (high_us - low_us) * (wanted - below) / here) / 1000;
        below += here;
        low_us = high_us;
    }
    return low_us / 1000;  // beyond the last bound
}

bool handle::diagnostics(Board& board, const Exchange& exchange) {
    exchange.response.content_type = "application/json";
    exchange.response.producer = {.next = next, .context = &board, .cursor = {}};
    return true;
}

}  // namespace boardwalk::app
