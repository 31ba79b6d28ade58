#include <limits>

#include "firmware/app/api/pieces.hpp"
#include "firmware/app/api/query.hpp"
#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

namespace {

// The cursor of an answer: what comes next, the number of the last line told, and the lines that were lost.
constexpr std::size_t phase = 0, last = 1, gap = 2;
enum Phase : std::uint64_t { head, head_after_restart, first, later };
/// In place of a count: a request without `since` has missed nothing.
constexpr std::uint64_t no_gap = std::numeric_limits<std::uint64_t>::max();

void write_head(TextWriter& out, const Board& board, bool restarted) {
    JsonWriter json(out);
    json.begin_object().member("boot_id", board.identity.boot_id.view());
    if (restarted) json.member("restarted", true);
    json.key("lines").begin_array();
}

bool next(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    const Board& board = *static_cast<const Board*>(context);
    if (cursor[phase] < first) {
        const bool restarted = cursor[phase] == head_after_restart;
        if (!append_piece(out, [&](TextWriter& piece) { write_head(piece, board, restarted); })) return false;
        cursor[phase] = first;
    }
    while (const LogLine* line = board.log.after(cursor[last])) {
        const bool fitted = append_piece(out, [&](TextWriter& piece) {
            if (cursor[phase] == later) piece.append(',');
            JsonWriter json(piece);
            write(json, *line);
        });
        if (!fitted) return false;
        if (cursor[gap] != no_gap) cursor[gap] += line->seq - cursor[last] - 1;
        cursor[last] = line->seq;
        cursor[phase] = later;
    }
    return append_piece(out, [&](TextWriter& piece) {
        piece.append(R"(],"next":)");
        piece.append_number(cursor[last]);
        piece.append(R"(,"gap":)");
        piece.append_number(cursor[gap] == no_gap ? 0 : cursor[gap]);
        piece.append('}');
    });
}

}  // namespace

bool logs(Board& board, const Exchange& exchange) {
    const std::string_view query = exchange.request.query;
    const auto text = query_value(query, "since");
    const auto since = text ? whole_number(*text) : std::nullopt;
    if (text && !since) {
        return refuse(exchange, Refusal::bad_since_line);
    }
    const bool restarted = since && is_of_another_start(board, query, *since, board.log.newest());
    const bool leads_on = since && !restarted;
    exchange.response.content_type = "application/json";
    exchange.response.producer = {
        .next = next,
        .context = &board,
        .cursor = {restarted ? head_after_restart : head, leads_on ? *since : 0, leads_on ? 0 : no_gap}};
    return true;
}

}  // namespace boardwalk::app::handle
