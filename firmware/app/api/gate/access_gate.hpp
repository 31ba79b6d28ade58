#pragma once

#include "firmware/app/api/routes.hpp"

namespace boardwalk::app {

/// What clients may do that are not signed in: until the board is claimed they may look at all there is;
/// after that, what `security.public` says.
[[nodiscard]] router::Access open_access(const Board&);

/// True when the sender of the request may not use a route of this access, and is told so. Where the access
/// is not open to all, `Board::caller` is the sender from here on.
[[nodiscard]] bool refuse_access(Board&, const Exchange&, router::Access wanted);

/// The sender of the request at hand, which is found once.
const Caller& know_caller(Board&, const http::Request&);

/// What stands against a use of this access by a caller; nothing: it may. A detail that is made goes to
/// `detail`.
[[nodiscard]] std::optional<http::Problem> refusal_of(const Board&, const Caller&, router::Access wanted,
                                                      TextWriter detail);

/// The role that a route of this access asks for.
[[nodiscard]] Role role_for(router::Access);

}  // namespace boardwalk::app
