#include <array>

#include "firmware/app/api/query.hpp"
#include "firmware/app/api/routes.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app::handle {

namespace {

void end_sessions(Board& board, std::size_t person) {
    board.owner.sessions().end_of(person);
    board.owner.note_change();
}

/// Nothing: no name that anybody could have.
std::optional<protocol::Name> name_in(const Exchange& exchange) {
    std::array<char, limits::name_bytes_max> memory;
    const auto text = percent_decode(exchange.parameters[0], memory);
    if (!text || protocol::find_name_fault(*text).kind != protocol::NameFault::Kind::none)
        return std::nullopt;
    return cut(*text);
}

bool store(Board& board, const Exchange& exchange, const Accounts& next, std::string_view what,
           std::size_t place, std::string_view name) {
    if (!next.has_owner()) return refuse(exchange, Refusal::last_owner);
    AccountChange change{.apply = end_sessions, .index = place, .path = protocol::paths::users};
    change.note = note_of(what, peer_of(board, exchange.slot), name);
    return store_accounts(board, exchange, next, change);
}

}  // namespace

bool users(Board& board, const Exchange& exchange) {
    auto json = exchange.response.json();
    json.begin_array();
    for (const Person& one : board.owner.accounts().people) {
        if (one.name.empty()) continue;
        json.begin_object()
            .member("name", one.name.view())
            .member("role", protocol::to_string(one.role))
            .end_object();
    }
    json.end_array();
    return true;
}

bool put_user(Board& board, const Exchange& exchange) {
    if (const auto answered = wait_for_files(board, exchange)) return *answered;
    const auto name = name_in(exchange);
    if (!name) return refuse(exchange, Refusal::unknown_user);
    const auto sent = protocol::decode_user_change(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    const protocol::UserChange& user = sent.value();
    const auto& caller = board.caller;
    const bool is_self = caller.kind == Caller::Kind::session && board.owner.name_of(caller) == name->view();
    if (caller.role != Role::owner && !(is_self && user.role == caller.role))
        return refuse(exchange, Refusal::other_user);
    auto next = board.owner.accounts();
    const auto known = next.find_person(*name);
    const auto place = known ? known : next.free_person();
    if (!place) return refuse(exchange, Refusal::people_full);
    next.people[*place] = {.name = *name,
                           .role = user.role,
                           .keys = {.salt = user.salt,
                                    .iterations = user.iterations,
                                    .stored = user.stored_key,
                                    .server = user.server_key}};
    return store(board, exchange, next, known ? "person changed" : "person added", *place, *name);
}

bool delete_user(Board& board, const Exchange& exchange) {
    if (const auto answered = wait_for_files(board, exchange)) return *answered;
    const auto name = name_in(exchange);
    auto next = board.owner.accounts();
    const auto place = name ? next.find_person(*name) : std::nullopt;
    if (!place) return refuse(exchange, Refusal::unknown_user);
    next.people[*place] = {};
    return store(board, exchange, next, "person removed", *place, *name);
}

}  // namespace boardwalk::app::handle
