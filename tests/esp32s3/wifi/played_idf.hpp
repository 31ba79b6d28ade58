#pragma once

#include <esp_netif.h>
#include <esp_timer.h>
#include <esp_wifi.h>

#include <cstdint>
#include <string>
#include <vector>

/// As much of ESP-IDF as the port's Wi-Fi needs, played after its documents: a network may be configured only
/// in a mode that has it, and on a radio that is on a mode puts it on the air at once, configured or not.
namespace boardwalk::test {

struct PlayedIdf {
    PlayedIdf();
    ~PlayedIdf();
    PlayedIdf(const PlayedIdf&) = delete;
    PlayedIdf& operator=(const PlayedIdf&) = delete;

    /// The event task takes what was posted, in turn.
    void run_events();
    /// The clock goes on; a timer that is due tells so.
    void pass(std::uint64_t ms);
    /// What the radio tells the event task.
    void disconnected(wifi_err_reason_t reason);
    void joined(std::uint32_t address);

    bool takes_ap_config = true;

    // What came of the calls.
    wifi_mode_t mode = WIFI_MODE_STA;
    bool on = false;
    std::string ap_ssid;               ///< empty for ESP-IDF's own, which is open
    std::vector<std::string> aired;    ///< each network of the board's own that came on the air
    std::vector<std::string> joining;  ///< each that the station tried

    // --- for the functions below

    void air();
    struct Event {
        esp_event_base_t base;
        std::int32_t id;
        std::vector<char> data;
    };
    std::vector<Event> posted;
    std::vector<esp_event_handler_t> handlers;
    void* handler_argument = nullptr;
    esp_timer_cb_t timer = nullptr;
    void* timer_argument = nullptr;
    std::uint64_t now_us = 1'000'000, timer_us = 0;  ///< 0 while it does not run
    std::string station_ssid;
};

}  // namespace boardwalk::test
