#include "firmware/app/api/gate/access_gate.hpp"

#include <array>

namespace boardwalk::app {

router::Access open_access(const Board& board) {
    using protocol::PublicAccess;
    if (!board.owner.claimed()) return router::Access::viewer;
    switch (board.settings.settings().public_access) {
        case PublicAccess::viewing: return router::Access::viewer;
        case PublicAccess::metrics: return router::Access::metrics;
        case PublicAccess::none: break;
    }
    return router::Access::anyone;
}

Role role_for(router::Access access) {
    switch (access) {
        case router::Access::owner: return Role::owner;
        case router::Access::operator_: return Role::operator_;
        case router::Access::anyone:
        case router::Access::metrics:
        case router::Access::viewer:
        case router::Access::signed_in: break;
    }
    return Role::viewer;
}

const Caller& know_caller(Board& board, const http::Request& request) {
    if (!board.caller.is_signed_in() && board.owner.claimed())
        board.caller = board.owner.caller_of(request, board.identity.id.view());
    return board.caller;
}

std::optional<http::Problem> refusal_of(const Board& board, const Caller& caller, router::Access wanted,
                                        TextWriter detail) {
    if (wanted <= open_access(board)) return std::nullopt;
    if (!board.owner.claimed()) return problem_of(Refusal::unclaimed);
    if (!caller.is_signed_in()) return problem_of(Refusal::sign_in);
    const auto role = role_for(wanted);
    if (caller.role >= role) return std::nullopt;
    detail.append("This takes the role ");
    detail.append(protocol::to_string(role));
    detail.append("; yours is ");
    detail.append(protocol::to_string(caller.role));
    detail.append('.');
    return problem_of(Refusal::role, detail.view());
}

bool refuse_access(Board& board, const Exchange& exchange, router::Access wanted) {
    if (wanted <= open_access(board)) return false;  // as nearly always
    std::array<char, 96> memory;
    const auto& caller = know_caller(board, exchange.request);
    const auto problem = refusal_of(board, caller, wanted, TextWriter(memory));
    return problem && refuse(exchange, *problem);
}

}  // namespace boardwalk::app
