#include <algorithm>

#include "firmware/app/api/routes.hpp"
#include "firmware/app/crypto/sha256.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app::handle {

namespace {

constexpr std::string_view first_token = "claim";

/// The first of the people, whom the claim has made.
void fill_claimed(void* context, http::Response& response) {
    Board& board = *static_cast<Board*>(context);
    answer_new_session(board, response, board.account_change.index, {.status = 201});
}

bool refuse_code(Board& board, const Exchange& exchange, ClaimWindow::Verdict verdict) {
    if (verdict == ClaimWindow::Verdict::closed) return refuse(exchange, Refusal::claim_closed);
    board.log.write_repeated(Notice::wrong_code, 0, LogLevel::warning,
                             {"wrong set-up code from ", peer_of(board, exchange.slot)});
    auto problem = problem_of(Refusal::wrong_code);
    problem.figure_name = "tries_left";
    problem.figure = board.owner.window().tries_left();
    return refuse(exchange, problem);
}

}  // namespace

bool claim(Board& board, const Exchange& exchange) {
    if (board.owner.claimed()) return refuse(exchange, Refusal::claimed);  // nor does it wait, then
    if (const auto answered = wait_for_files(board, exchange)) return *answered;
    const auto sent = protocol::decode_claim(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    const protocol::Claim& claim = sent.value();
    auto& window = board.owner.window();
    const auto verdict = window.check(claim.code, board.platform.now_ms());
    if (verdict != ClaimWindow::Verdict::right) return refuse_code(board, exchange, verdict);

    board.owner.guesses().clear();
    Accounts next;
    board.platform.random(next.secret);
    next.people[0] = {.name = claim.user,
                      .role = Role::owner,
                      .keys = {.salt = claim.salt,
                               .iterations = claim.iterations,
                               .stored = claim.stored_key,
                               .server = claim.server_key}};
    if (claim.token) {
        next.tokens[0] = {.id = board.owner.new_token_id(),
                          .name = cut(first_token),
                          .role = Role::owner,
                          .hash = sha256(claim.token->view())};
    }
    AccountChange change{.answer = fill_claimed, .path = protocol::paths::claim};
    change.note = note_of("claimed", peer_of(board, exchange.slot), claim.user);
    return store_accounts(board, exchange, next, change);
}

}  // namespace boardwalk::app::handle
