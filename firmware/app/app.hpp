#pragma once

#include <string_view>

#include "firmware/app/board.hpp"
#include "firmware/app/stream/stream.hpp"
#include "firmware/server/application.hpp"

namespace boardwalk::app {

/// What this board is: puts the rooms together and gives each request to the one that answers it.
class App final : public server::Application {
public:
    /// `default_name` holds until the owner chooses another.
    App(const Seams& seams, std::string_view default_name) : board_(seams, default_name), stream_(board_) {}

    /// Reads what is stored and registers the devices. May block. Empty, or one line that says what is wrong.
    [[nodiscard]] std::string_view start() { return board_.start(); }
    /// Both outlive the application's last call. Before the first request.
    void attach(server::Outlet& outlet, const server::StatisticsSource& statistics);

    /// For discovery and for the console.
    [[nodiscard]] const Settings& settings() const { return board_.settings.settings(); }
    [[nodiscard]] const Identity& identity() const { return board_.identity; }
    [[nodiscard]] Log& log() { return board_.log; }
    [[nodiscard]] bool claimed() const { return board_.owner.claimed(); }
    /// The board's button: a board without an owner shows another set-up code, which holds from now on.
    void open_claim() { board_.owner.open_window(); }
    /// The same, held for ten seconds: people, tokens and sessions are forgotten, the settings stay. False:
    /// something else is being stored; to be tried again.
    [[nodiscard]] bool forget_owner() { return app::forget_owner(board_); }
    /// The set-up code that stands on the board. Before `start`.
    void use_label(const protocol::SetupCode& code) { board_.label = code; }

    server::Verdict on_head(const http::Request&, http::Response&, server::Admission&) override;
    bool on_request(server::SlotId, std::uint16_t route, const http::Request&, http::Response&) override;
    bool on_body(server::SlotId, std::uint16_t route, std::string_view piece, bool last) override;
    void on_body_lost(server::SlotId, std::uint16_t route) override;
    void on_websocket_open(server::SlotId) override;
    void on_websocket_message(server::SlotId, std::string_view text) override;
    void on_websocket_closed(server::SlotId) override;
    std::uint64_t on_turn(std::uint64_t now_ms) override;

private:
    Board board_;
    Stream stream_;
    bool is_judged_ = false;  ///< the request whose head came last goes on at once, and may
};

}  // namespace boardwalk::app
