#include "firmware/app/api/account_change.hpp"

#include <array>

#include "firmware/app/api/routes.hpp"

namespace boardwalk::app {

namespace {

void fill_answer(void* context, http::Response& response) {
    const Board& board = *static_cast<Board*>(context);
    response.status = 204;
    if (board.account_change.answer != nullptr) board.account_change.answer(context, response);
}

void fill_failed(void* context, http::Response& response) {
    answer_refusal(response, Refusal::accounts_not_stored, static_cast<Board*>(context)->account_change.path);
}

void fill_overdue(void* context, http::Response& response) {
    answer_refusal(response, Refusal::accounts_stuck, static_cast<Board*>(context)->account_change.path);
}

void put_in_force(Board& board) {
    const AccountChange& change = board.account_change;
    board.owner.take_stored();
    board.log.write(LogLevel::info, {change.note});
    if (change.apply != nullptr) change.apply(board, change.index);
}

void written(void* context, FileWriter::Outcome outcome) {
    Board& board = *static_cast<Board*>(context);
    const auto client = board.account_change.client;
    using enum FileWriter::Outcome;
    if (outcome == stored || outcome == stored_late) put_in_force(board);
    else if (outcome == overdue)
        board.log.write(LogLevel::error, {"the storage of people and tokens does not answer"});
    else board.log.write(LogLevel::error, {"people and tokens could not be stored"});
    if (outcome == stored) board.outlet->answer_later(client, fill_answer, context);
    if (outcome == failed) board.outlet->answer_later(client, fill_failed, context);
    if (outcome == overdue) board.outlet->answer_later(client, fill_overdue, context);
    board.account_change.token.clear();
    board.pass_files_on();
}

}  // namespace

bool store_accounts(Board& board, const Exchange& exchange, const Accounts& next,
                    const AccountChange& change) {
    board.account_change = change;
    board.account_change.client = exchange.slot;
    if (board.owner.save(next, written, &board)) return false;
    return refuse_busy(exchange);
}

bool forget_owner(Board& board) {
    if (board.files.busy()) return false;
    AccountChange change;
    change.note = "the board's button was held: people, tokens and sessions are forgotten";
    board.account_change = change;
    return board.owner.save(Accounts{}, written, &board);
}

FixedString<limits::log_text_bytes_max> note_of(std::string_view what, std::string_view peer,
                                                std::string_view name) {
    std::array<char, 256> memory;
    TextWriter out(memory);
    out.append(what);
    out.append(" from ");
    out.append(peer);
    out.append(": ");
    out.append(name);
    return cut(out.view());
}

FixedString<56> peer_of(const Board& board, server::SlotId slot) {
    return board.statistics->slot(slot.slot).peer;
}

}  // namespace boardwalk::app
