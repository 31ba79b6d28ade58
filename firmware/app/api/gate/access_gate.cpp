#include "firmware/app/api/gate/access_gate.hpp"

#include <array>

namespace boardwalk::app {

router::Access open_access(const Board& board) {
    return board.owner.claimed() ? router::Access::anyone : router::Access::viewer;
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

bool refuse_access(Board& board, const Exchange& exchange, router::Access wanted) {
    if (wanted <= open_access(board)) return false;
    if (!board.owner.claimed()) return refuse(exchange, Refusal::unclaimed);
    board.caller = board.owner.caller_of(exchange.request, board.identity.id.view());
    if (!board.caller.is_signed_in()) return refuse(exchange, Refusal::sign_in);
    const auto role = role_for(wanted);
    if (board.caller.role >= role) return false;
    std::array<char, 96> memory;
    TextWriter detail(memory);
    detail.append("This takes the role ");
    detail.append(protocol::to_string(role));
    detail.append("; yours is ");
    detail.append(protocol::to_string(board.caller.role));
    detail.append('.');
    return refuse(exchange, problem_of(Refusal::role, detail.view()));
}

}  // namespace boardwalk::app
