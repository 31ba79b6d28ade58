#include <algorithm>
#include <array>

#include "firmware/app/api/pieces.hpp"
#include "firmware/app/api/query.hpp"
#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

namespace {

// The cursor of an answer: which reading, what comes next, and the number of the next sample.
constexpr std::size_t reading = 0, phase = 1, next_sample = 2;
enum Phase : std::uint64_t { head, head_after_restart, first, later };

void write_head(TextWriter& out, const Board& board, const ReadingDescription& description, bool restarted) {
    JsonWriter json(out);
    json.begin_object()
        .member("series", description.id)
        .member("unit", description.unit)
        .member("boot_id", board.identity.boot_id.view())
        .member("uptime_ms", board.uptime_ms())
        .key("time");
    write_time(json, board.platform.utc_ms());
    if (restarted) json.member("restarted", true);
    json.key("samples").begin_array();
}

bool next(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    const Board& board = *static_cast<const Board*>(context);
    const auto index = static_cast<std::size_t>(cursor[reading]);
    const ReadingDescription& description = *board.model.readings()[index].description;
    if (cursor[phase] < first) {
        const bool restarted = cursor[phase] == head_after_restart;
        if (!append_piece(out, [&](TextWriter& piece) { write_head(piece, board, description, restarted); }))
            return false;
        cursor[phase] = first;
    }
    // What a slow client did not take in time was overwritten and is left out; what is new meanwhile comes
    // too.
    for (auto& number = cursor[next_sample]; number < board.history.end(); ++number) {
        number = std::max(number, board.history.first());
        const bool fitted = append_piece(out, [&](TextWriter& piece) {
            if (cursor[phase] == later) piece.append(',');
            JsonWriter json(piece);
            json.begin_array().integer(board.history.uptime_ms(number));
            board.history.write_value(json, index, number, description.decimals);
            json.end_array();
        });
        if (!fitted) return false;
        cursor[phase] = later;
    }
    return append_piece(out, [](TextWriter& piece) { piece.append("]}"); });
}

}  // namespace

bool history(Board& board, const Exchange& exchange) {
    const std::string_view query = exchange.request.query;
    std::array<char, limits::id_bytes_max> memory;
    const auto series = query_value(query, "series");
    if (!series) {
        return refuse(exchange, Refusal::no_series);
    }
    const auto since = query_value(query, "since");
    // Not a choice between two optionals: GCC 12 for Xtensa takes that for an uninitialised value.
    const auto read_ms = whole_number(since.value_or("0"));
    if (!read_ms) {
        return refuse(exchange, Refusal::bad_since_ms);
    }
    const auto id = percent_decode(*series, memory);
    const Reading* found = id ? board.model.find_reading(*id) : nullptr;
    if (found == nullptr) {
        return refuse(exchange, Refusal::unknown_series);
    }
    const auto index = static_cast<std::uint64_t>(found - board.model.readings().data());
    const std::uint64_t since_ms = *read_ms;
    const bool restarted =
        since.has_value() && is_of_another_start(board, query, since_ms, board.uptime_ms());
    const std::uint64_t number = !since || restarted ? board.history.first() : board.history.after(since_ms);
    exchange.response.content_type = "application/json";
    exchange.response.producer = {
        .next = next, .context = &board, .cursor = {index, restarted ? head_after_restart : head, number}};
    return true;
}

}  // namespace boardwalk::app::handle
