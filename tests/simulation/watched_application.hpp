#pragma once

#include <map>
#include <string_view>

#include "firmware/app/app.hpp"
#include "firmware/server/server.hpp"
#include "tests/simulation/heap_watch.hpp"
#include "tests/simulation/journal.hpp"
#include "tests/simulation/ledger.hpp"

namespace boardwalk::simulation {

/// Stands between the server and the application, in both directions. Each request that comes through is
/// compared with what its client sent; each answer and each frame is written down for its client to compare.
class WatchedApplication final : public server::Application, public server::Outlet {
public:
    WatchedApplication(app::App& app, Ledger& ledger, Journal& journal, HeapWatch& heap)
        : app_(app), ledger_(ledger), journal_(journal), heap_(heap) {}
    void attach(server::Server& server);

    [[nodiscard]] std::size_t websockets() const { return streams_.size(); }

private:
    // --- server::Application
    server::Verdict on_head(const http::Request&, http::Response&, server::Admission&) override;
    bool on_request(server::SlotId, std::uint16_t route, const http::Request&, http::Response&) override;
    bool on_body(server::SlotId slot, std::uint16_t route, std::string_view piece, bool last) override {
        return app_.on_body(slot, route, piece, last);
    }
    void on_body_lost(server::SlotId slot, std::uint16_t route) override { app_.on_body_lost(slot, route); }
    void on_websocket_open(server::SlotId) override;
    void on_websocket_message(server::SlotId, std::string_view text) override;
    void on_websocket_closed(server::SlotId) override;
    std::uint64_t on_turn(std::uint64_t now_ms) override;

    // --- server::Outlet
    void answer_later(server::SlotId, Fill fill, void* context) override;
    void repeat_request(server::SlotId) override;
    void resume_body(server::SlotId slot) override { outlet_->resume_body(slot); }
    void abandon_body(server::SlotId slot, std::string_view unavailable) override {
        outlet_->abandon_body(slot, unavailable);
    }
    [[nodiscard]] bool websocket_ready(server::SlotId slot) const override {
        return outlet_->websocket_ready(slot);
    }
    void send_frame(server::SlotId, std::string_view frame) override;
    void close_websocket(server::SlotId slot, std::uint16_t code) override {
        outlet_->close_websocket(slot, code);
    }

    Exchange* recognise(const http::Request&);
    void write_down(Exchange*, http::Response&);
    void write_down_state(std::string_view frame);
    static std::uint64_t key(server::SlotId slot) {
        return (std::uint64_t{slot.slot} << 32U) + slot.generation;
    }

    app::App& app_;
    Ledger& ledger_;
    Journal& journal_;
    HeapWatch& heap_;
    server::Outlet* outlet_ = nullptr;
    Exchange* handshake_ = nullptr;  ///< was accepted; `on_websocket_open` comes next
    std::map<std::uint64_t, Exchange*> later_, streams_;
};

}  // namespace boardwalk::simulation
