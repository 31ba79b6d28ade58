#pragma once

#include "firmware/app/log.hpp"
#include "firmware/app/owner/accounts.hpp"
#include "firmware/server/application.hpp"
#include "firmware/server/outlet.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

struct Board;
struct Exchange;

/// A change of people or tokens on its way to the file.
struct AccountChange {
    /// Says what happens once the change is stored; either may be null. `apply` comes first, and also when
    /// the client has gone. `index` is the place of the person or the token.
    void (*apply)(Board&, std::size_t index) = nullptr;
    server::Outlet::Fill answer = nullptr;  ///< its context is the board
    std::size_t index = 0;

    std::string_view path = {};      ///< of the request, static: for a problem
    protocol::TokenText token = {};  ///< one that is shown once; forgotten when the change is done
    server::SlotId client = {};
    FixedString<limits::log_text_bytes_max> note = {};  ///< for the log
};

/// Stores `next`, and then does what `change` says; refuses when that cannot begin.
/// As a handler returns: false, when the answer comes later. `wait_for_files` came before.
[[nodiscard]] bool store_accounts(Board&, const Exchange&, const Accounts& next, const AccountChange& change);

/// Stores that the board has no owner, as its button asks. False: another file is being written, or no worker
/// is free.
[[nodiscard]] bool forget_owner(Board&);

/// "claimed from 192.0.2.7:51234: Ada", cut to a line of the log.
[[nodiscard]] FixedString<limits::log_text_bytes_max> note_of(std::string_view what, std::string_view peer,
                                                              std::string_view name);

/// The client's address and port, for the log; empty where it is not known.
[[nodiscard]] FixedString<56> peer_of(const Board&, server::SlotId);

}  // namespace boardwalk::app
