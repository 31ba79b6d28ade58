#include <array>

#include "firmware/app/api/query.hpp"
#include "firmware/app/api/routes.hpp"
#include "firmware/app/crypto/sha256.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app::handle {

namespace {

constexpr std::size_t id_digits = 8;
/// Of a token that the board makes.
constexpr std::size_t token_random_bytes = 32;

/// In hex, as the API shows it.
std::array<char, id_digits> text_of_id(std::uint32_t id) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::array<char, id_digits> text{};
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = hex[id >> (4 * (id_digits - 1 - i)) & 15];
    return text;
}

void write_known(JsonWriter& json, const Token& token) {
    const auto id = text_of_id(token.id);
    json.begin_object()
        .member("id", std::string_view(id.data(), id.size()))
        .member("name", token.name.view())
        .member("role", protocol::to_string(token.role));
}

void end_streams(Board& board, std::size_t) { board.owner.note_change(); }

/// The only time that its text is shown.
void fill_made(void* context, http::Response& response) {
    Board& board = *static_cast<Board*>(context);
    const AccountChange& change = board.account_change;
    auto json = response.json(201);
    write_known(json, board.owner.accounts().tokens[change.index]);
    json.member("token", change.token.view()).end_object();
}

protocol::TokenText make_token(Platform& platform) {
    protocol::Octets<token_random_bytes> bytes{};
    platform.random(bytes);
    const auto text = protocol::to_base64url(bytes);
    return cut(std::string_view(text.data(), text.size()));
}

}  // namespace

bool tokens(Board& board, const Exchange& exchange) {
    auto json = exchange.response.json();
    json.begin_array();
    for (const Token& one : board.owner.accounts().tokens) {
        if (one.id == 0) continue;
        write_known(json, one);
        json.end_object();
    }
    json.end_array();
    return true;
}

bool make_token(Board& board, const Exchange& exchange) {
    if (const auto answered = wait_for_files(board, exchange)) return *answered;
    const auto sent = protocol::decode_token_request(exchange.request.body);
    if (!sent) return refuse(exchange, sent.error());
    auto next = board.owner.accounts();
    const auto place = next.free_token();
    const auto text = sent.value().token ? *sent.value().token : make_token(board.platform);
    const auto hash = sha256(text);
    if (next.find_token(hash)) return refuse(exchange, Refusal::token_taken);
    if (!place) return refuse(exchange, Refusal::tokens_full);
    next.tokens[*place] = {
        .id = board.owner.new_token_id(), .name = sent.value().name, .role = sent.value().role, .hash = hash};
    AccountChange change{.answer = fill_made, .index = *place, .path = protocol::paths::tokens};
    change.token = text;
    change.note = note_of("token made", peer_of(board, exchange.slot), sent.value().name);
    return store_accounts(board, exchange, next, change);
}

bool delete_token(Board& board, const Exchange& exchange) {
    if (const auto answered = wait_for_files(board, exchange)) return *answered;
    auto next = board.owner.accounts();
    for (std::size_t i = 0; i < next.tokens.size(); ++i) {
        Token& token = next.tokens[i];
        const auto id = text_of_id(token.id);
        if (token.id == 0 || exchange.parameters[0] != std::string_view(id.data(), id.size())) continue;
        AccountChange change{.apply = end_streams, .index = i, .path = protocol::paths::tokens};
        change.note = note_of("token removed", peer_of(board, exchange.slot), token.name);
        token = {};
        return store_accounts(board, exchange, next, change);
    }
    return refuse(exchange, Refusal::unknown_token);
}

}  // namespace boardwalk::app::handle
