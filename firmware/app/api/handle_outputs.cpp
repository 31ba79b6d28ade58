#include <array>

#include "firmware/app/api/gate/conditions.hpp"
#include "firmware/app/api/query.hpp"
#include "firmware/app/api/routes.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app::handle {

bool set_output(Board& board, const Exchange& exchange) {
    std::array<char, limits::id_bytes_max> memory;
    const auto id = percent_decode(exchange.parameters[0], memory);
    // An unknown output is told before a bad body: nothing that is sent to it could be right.
    if (!id || board.model.find_output(*id) == nullptr) {
        return refuse(exchange, Refusal::unknown_output);
    }
    if (preconditions_fail(exchange.request, board.state().etag())) {
        return refuse(exchange, Refusal::stale_state);
    }
    const auto sent = protocol::decode_set_output(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    std::array<char, 200> detail;
    const auto outcome = board.set_output(*id, sent.value().value, TextWriter(detail));
    if (outcome.output == nullptr) return refuse(exchange, outcome.problem);
    auto json = exchange.response.json();
    write_result(json, board.model, outcome);
    return true;
}

}  // namespace boardwalk::app::handle
