#include "firmware/app/api/routes.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

bool answer_job(Board& board, const Exchange& exchange, const JobRecord& job, std::uint16_t status) {
    exchange.response.status = status;
    exchange.response.content_type = protocol::media_types::json;
    exchange.response.fixed = board.jobs.document(job);
    exchange.response.fixed_is_static = false;
    return true;
}

namespace handle {

bool job(Board& board, const Exchange& exchange) {
    const JobRecord* found = board.jobs.find(exchange.parameters[0]);
    if (found != nullptr) return answer_job(board, exchange, *found, 200);
    return refuse(exchange, Refusal::unknown_job);
}

}  // namespace handle

}  // namespace boardwalk::app
