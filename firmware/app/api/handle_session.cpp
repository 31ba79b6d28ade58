#include <array>

#include "firmware/app/api/gate/access_gate.hpp"
#include "firmware/app/api/routes.hpp"
#include "firmware/app/owner/scram.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

namespace {

using http::Response;

void put_cookie(Board& board, Response& response, std::string_view value, std::string_view attributes) {
    std::array<char, limits::cookie_bytes_max> memory;
    TextWriter cookie(memory);
    cookie.append("bw-");
    cookie.append(board.identity.id);
    cookie.append('=');
    cookie.append(value);
    cookie.append("; Path=/; HttpOnly; SameSite=Strict");
    cookie.append(attributes);
    board.cookie = cut(cookie.view());
    response.set_cookie = board.cookie.view();
}

void answer_session(Board& board, Response& response, std::size_t person, const NewSession& session) {
    constexpr std::string_view stays = "; Max-Age=2592000";
    static_assert(limits::session_s_max == 2'592'000);
    Sessions::Id id;
    (void)board.owner.sessions().open(person, session.stays, board.platform, id);
    board.owner.note_change();
    const auto text = protocol::to_base64url(id);
    put_cookie(board, response, {text.data(), text.size()}, session.stays ? stays : std::string_view());
    const Person& user = board.owner.accounts().people[person];
    auto json = response.json(session.status);
    json.begin_object().member("user", user.name.view()).member("role", protocol::to_string(user.role));
    if (session.server_proof != nullptr) {
        const auto proof = protocol::to_base64url(*session.server_proof);
        json.member("server_proof", std::string_view(proof.data(), proof.size()));
    }
    json.member("idle_s", Sessions::idle_s(session.stays)).end_object();
}

}  // namespace

void answer_new_session(Board& board, Response& response, std::size_t person, const NewSession& session) {
    answer_session(board, response, person, session);
}

namespace handle {

bool start_session(Board& board, const Exchange& exchange) {
    const auto sent = protocol::decode_session_start(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    if (!board.owner.claimed()) return refuse(exchange, Refusal::unclaimed);
    const auto& [user, client_nonce] = sent.value();
    const auto keys = board.owner.keys_of(user);
    const auto nonce = board.owner.challenges().make(user, client_nonce, board.platform.now_ms());
    const auto salt = protocol::to_base64url(keys.salt);
    exchange.response.json()
        .begin_object()
        .member("nonce", nonce.view())
        .member("salt", std::string_view(salt.data(), salt.size()))
        .member("iterations", keys.iterations)
        .end_object();
    return true;
}

namespace {

/// The person whom the nonce was made for. All are looked at, so that no time tells who it is, or that it is
/// nobody.
std::optional<std::size_t> person_of(const Board& board, std::string_view nonce) {
    std::optional<std::size_t> found;
    const auto& people = board.owner.accounts().people;
    for (std::size_t i = 0; i < people.size(); ++i) {
        if (board.owner.challenges().is_of(nonce, people[i].name) && !people[i].name.empty()) found = i;
    }
    return found;
}

bool refuse_proof(Board& board, const Exchange& exchange) {
    board.owner.guesses().note_wrong(board.platform.now_ms());
    board.log.write_repeated(Notice::wrong_proof, 0, LogLevel::warning,
                             {"wrong password from ", peer_of(board, exchange.slot)});
    return refuse(exchange, Refusal::wrong_proof);
}

}  // namespace

bool prove_session(Board& board, const Exchange& exchange) {
    const auto now_ms = board.platform.now_ms();
    const auto sent = protocol::decode_session_proof(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    if (!board.owner.claimed()) return refuse(exchange, Refusal::unclaimed);
    if (const auto wait_ms = board.owner.guesses().wait_ms(now_ms); wait_ms > 0) {
        exchange.response.retry_after_s = static_cast<std::uint32_t>((wait_ms + 999) / 1'000);
        return refuse(exchange, Refusal::too_many_tries);
    }
    const auto nonce = sent.value().nonce.view();
    const auto person = person_of(board, nonce);
    const std::string_view user =
        person ? board.owner.accounts().people[*person].name.view() : std::string_view();
    const auto keys = board.owner.keys_of(user);
    std::array<char, auth_message_bytes_max> memory;
    TextWriter message(memory);
    write_auth_message(message, {user, Challenges::client_part(nonce), nonce}, keys);
    const bool is_right = is_right_proof(keys, message.view(), sent.value().proof);
    const auto use = person ? board.owner.challenges().use(nonce, now_ms) : Challenges::Use::stale;
    if (use == Challenges::Use::full) {
        exchange.response.retry_after_s = limits::retry_after_s;
        return refuse(exchange, Refusal::sign_ins_busy);
    }
    if (!person || !is_right || use != Challenges::Use::first) return refuse_proof(board, exchange);
    board.log.write_repeated(Notice::signed_in, static_cast<std::uint8_t>(*person), LogLevel::info,
                             {"signed in from ", peer_of(board, exchange.slot), ": ", user});
    const auto proof = server_proof(keys, message.view());
    answer_new_session(board, exchange.response, *person,
                       {.status = 200, .stays = sent.value().stay, .server_proof = &proof});
    return true;
}

bool session(Board& board, const Exchange& exchange) {
    const auto& caller = know_caller(board, exchange.request);
    if (!caller.is_signed_in()) return refuse(exchange, Refusal::sign_in);
    exchange.response.json()
        .begin_object()
        .member("user", board.owner.name_of(caller))
        .member("role", protocol::to_string(caller.role))
        .end_object();
    return true;
}

/// A token has no session: it is removed where tokens are.
bool end_session(Board& board, const Exchange& exchange) {
    const auto caller = know_caller(board, exchange.request);
    if (caller.kind != Caller::Kind::session) return refuse(exchange, Refusal::sign_in);
    board.owner.sessions().end(caller.number);
    board.owner.note_change();
    put_cookie(board, exchange.response, "", "; Max-Age=0");
    exchange.response.status = 204;
    return true;
}

}  // namespace handle

}  // namespace boardwalk::app
