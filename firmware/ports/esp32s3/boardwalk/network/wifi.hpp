#pragma once

#include <esp_event.h>
#include <esp_netif.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>

#include "firmware/app/wifi/joiner.hpp"
#include "firmware/app/wifi/scan.hpp"
#include "firmware/app/wifi/setup_password.hpp"

namespace boardwalk::ports {

/// The radio: a station in the owner's network, and an access point of its own while the board is being set
/// up. What it does when is decided by app::WifiJoiner, which lives in ESP-IDF's event task like the events
/// that it hears of; other tasks only leave a word there.
class Wifi final : public app::WifiRadio {
public:
    static constexpr const char* own_address = "192.168.4.1";  // ESP-IDF's for an access point

    Wifi() = default;
    Wifi(const Wifi&) = delete;
    Wifi& operator=(const Wifi&) = delete;

    /// Once, after esp_netif_init and the default event loop. The radio is on then; nothing is joined and no
    /// network opened before `join`.
    [[nodiscard]] bool start();
    /// The password of the board's own network: before `join`.
    void protect(const app::SetupPassword& password) { own_password_ = password; }

    [[nodiscard]] bool simulated() const override { return false; }
    [[nodiscard]] bool scan(std::span<app::WifiNetwork> room, std::size_t& found) override;
    [[nodiscard]] const app::Portal* portal() const override { return &portal_; }
    void join(const app::WifiCredentials&) override;

private:
    static void on_event(void* self, esp_event_base_t base, std::int32_t id, void* data);
    static void on_timer(void* self);
    void hear(esp_event_base_t base, std::int32_t id, void* data);
    void take_told();
    void advance();
    void open_portal() const;
    void attempt();

    app::WifiJoiner joiner_;           ///< event task only
    unsigned guests_ = 0;              ///< likewise
    bool was_told_ = false;            ///< likewise: until then there is nothing to decide
    app::Portal::Ipv4 lan_address_{};  ///< likewise
    app::SetupPassword own_password_;
    app::Portal portal_{own_address};
    esp_timer_handle_t timer_ = nullptr;

    portMUX_TYPE lock_ = portMUX_INITIALIZER_UNLOCKED;  ///< of these two
    app::WifiCredentials told_;
    bool has_told_ = false;
};

}  // namespace boardwalk::ports
