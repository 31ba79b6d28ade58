#pragma once

#include <span>

#include "firmware/app/board.hpp"
#include "firmware/app/problems.hpp"
#include "firmware/http/request.hpp"
#include "firmware/http/response.hpp"
#include "firmware/router/route.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

/// One request on its way to its answer.
struct Exchange {
    server::SlotId slot;
    const http::Request& request;
    router::Parameters parameters;
    http::Response& response;
};

/// False: the answer comes later, by `Outlet::answer_later`. The WebSocket's route has none.
using Handler = bool (*)(Board&, const Exchange&);

/// Every path that the API has; the OpenAPI document is made from it.
[[nodiscard]] std::span<const router::Route<Handler>> routes();

/// Makes the problem the answer, with the request's path as its instance.
bool refuse(const Exchange&, http::Problem);
/// The same, by the table of problems.
bool refuse(const Exchange&, Refusal);
/// The same of a body that could not be decoded.
bool refuse(const Exchange&, const protocol::DecodeError&);
/// Before a change that is to be stored, since one file is written at a time. Nothing: it may begin.
/// Otherwise as a handler returns: the request waits for its turn, or was refused.
[[nodiscard]] std::optional<bool> wait_for_files(Board&, const Exchange&);
/// 503: other changes are being stored.
bool refuse_busy(const Exchange&);
struct NewSession {
    std::uint16_t status = 200;
    bool stays = false;
    const protocol::ScramKey* server_proof = nullptr;  ///< null: the client has proven nothing
};
/// Signs a person in, and makes that the answer. `person` is an index among the people.
void answer_new_session(Board&, http::Response&, std::size_t person, const NewSession&);
/// Makes the job's document the answer.
bool answer_job(Board&, const Exchange&, const JobRecord&, std::uint16_t status);

/// Handlers: one file `handle_RESOURCE.cpp` a resource.
namespace handle {
bool healthz(Board&, const Exchange&);
bool readyz(Board&, const Exchange&);
bool info(Board&, const Exchange&);
bool state(Board&, const Exchange&);
bool history(Board&, const Exchange&);
bool set_output(Board&, const Exchange&);
bool settings(Board&, const Exchange&);
bool change_settings(Board&, const Exchange&);
bool backup_settings(Board&, const Exchange&);
bool restore_settings(Board&, const Exchange&);
bool job(Board&, const Exchange&);
bool wifi(Board&, const Exchange&);
bool scan_wifi(Board&, const Exchange&);
bool firmware(Board&, const Exchange&);
bool upload_firmware(Board&, const Exchange&);
bool discard_firmware(Board&, const Exchange&);
bool restart(Board&, const Exchange&);
bool claim(Board&, const Exchange&);
bool start_session(Board&, const Exchange&);
bool prove_session(Board&, const Exchange&);
bool session(Board&, const Exchange&);
bool end_session(Board&, const Exchange&);
bool users(Board&, const Exchange&);
bool put_user(Board&, const Exchange&);
bool delete_user(Board&, const Exchange&);
bool tokens(Board&, const Exchange&);
bool make_token(Board&, const Exchange&);
bool delete_token(Board&, const Exchange&);
bool security_txt(Board&, const Exchange&);
bool logs(Board&, const Exchange&);
bool diagnostics(Board&, const Exchange&);
bool metrics(Board&, const Exchange&);
bool openapi(Board&, const Exchange&);
}  // namespace handle

}  // namespace boardwalk::app
