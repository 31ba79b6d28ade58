#include "firmware/app/api/routes.hpp"

namespace boardwalk::app {

void answer_new_session(Board& board, http::Response& response, std::size_t person, bool stays,
                        std::uint16_t status) {
    Sessions::Id id;
    (void)board.owner.sessions().open(person, stays, board.platform, id);
    board.owner.note_change();
    std::array<char, limits::cookie_bytes_max> memory;
    TextWriter cookie(memory);
    cookie.append("bw-");
    cookie.append(board.identity.id);
    cookie.append('=');
    const auto text = protocol::to_base64url(id);
    cookie.append({text.data(), text.size()});
    cookie.append("; Path=/; HttpOnly; SameSite=Strict");
    if (stays) {
        cookie.append("; Max-Age=");
        cookie.append_number(limits::session_s_max);
    }
    board.cookie = cut(cookie.view());
    response.set_cookie = board.cookie.view();
    const Person& user = board.owner.accounts().people[person];
    response.json(status)
        .begin_object()
        .member("user", user.name.view())
        .member("role", protocol::to_string(user.role))
        .member("idle_s", Sessions::idle_s(stays))
        .end_object();
}

}  // namespace boardwalk::app
