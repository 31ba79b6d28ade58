#include <algorithm>

#include "firmware/app/pieces.hpp"
#include "firmware/app/query.hpp"
#include "firmware/app/routes.hpp"

namespace boardwalk::app::handle {

namespace {

// The cursor of an answer: what comes next, the number of the last line told, and the lines that were lost.
constexpr std::size_t phase = 0, last = 1, gap = 2;
enum Phase : std::uint64_t { head, first, later };

bool next(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    const Log& log = *static_cast<const Log*>(context);
    if (cursor[phase] == head) {
        if (!append_piece(out, [](TextWriter& piece) { piece.append(R"({"lines":[)"); })) return false;
        cursor[phase] = first;
    }
    while (cursor[last] < log.newest()) {
        const std::uint64_t seq = std::max(cursor[last] + 1, log.oldest());
        const bool fitted = append_piece(out, [&](TextWriter& piece) {
            if (cursor[phase] == later) piece.append(',');
            JsonWriter json(piece);
            write(json, log.line(seq));
        });
        if (!fitted) return false;
        cursor[gap] += seq - cursor[last] - 1;
        cursor[last] = seq;
        cursor[phase] = later;
    }
    return append_piece(out, [&](TextWriter& piece) {
        piece.append(R"(],"next":)");
        piece.append_number(cursor[last]);
        piece.append(R"(,"gap":)");
        piece.append_number(cursor[gap]);
        piece.append('}');
    });
}

}  // namespace

bool logs(Board& board, const Exchange& exchange) {
    const auto text = query_value(exchange.request.query, "since");
    const auto since = text ? whole_number(*text) : std::nullopt;
    if (text && !since) {
        return refuse(exchange,
                      {.status = 422, .code = "invalid", .detail = "since takes the number of a line."});
    }
    // Without since: what there is, and nothing counts as lost. A number from before a restart: likewise.
    const bool known = since && *since <= board.log.newest();
    const std::uint64_t begin = known ? *since : board.log.oldest() - 1;
    exchange.response.content_type = "application/json";
    exchange.response.producer = {.next = next, .context = &board.log, .cursor = {head, begin, 0}};
    return true;
}

}  // namespace boardwalk::app::handle
