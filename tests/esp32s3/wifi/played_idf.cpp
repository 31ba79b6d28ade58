#include "tests/esp32s3/wifi/played_idf.hpp"

#include <esp_log.h>
#include <esp_mac.h>
#include <esp_netif_sntp.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <utility>

namespace boardwalk::test {
namespace {

constexpr esp_err_t refused = -1;
PlayedIdf* idf = nullptr;

std::string text_of(std::span<const std::uint8_t> field) {
    return {field.begin(), std::ranges::find(field, 0)};
}

template <class T>
std::vector<char> bytes_of(const T& object) {
    const auto* bytes = reinterpret_cast<const char*>(&object);
    return {bytes, bytes + sizeof object};
}

}  // namespace

PlayedIdf::PlayedIdf() { idf = this; }
PlayedIdf::~PlayedIdf() { idf = nullptr; }

void PlayedIdf::air() {
    if (on && mode == WIFI_MODE_APSTA) aired.push_back(ap_ssid.empty() ? "an open one" : ap_ssid);
}

void PlayedIdf::run_events() {
    while (!posted.empty()) {
        Event event = std::move(posted.front());
        posted.erase(posted.begin());
        // All of the port's handlers are one, which looks at the base: once is enough.
        handlers.front()(handler_argument, event.base, event.id, event.data.data());
    }
}

void PlayedIdf::pass(std::uint64_t ms) {
    for (const auto end = now_us + ms * 1'000; now_us < end;) {
        now_us = timer_us != 0 ? std::clamp(timer_us, now_us, end) : end;
        if (timer_us != 0 && timer_us <= now_us) {
            timer_us = 0;
            timer(timer_argument);
        }
        run_events();
    }
}

void PlayedIdf::disconnected(wifi_err_reason_t reason) {
    const wifi_event_sta_disconnected_t told{.reason = static_cast<std::uint8_t>(reason)};
    posted.push_back({WIFI_EVENT, WIFI_EVENT_STA_DISCONNECTED, bytes_of(told)});
    run_events();
}

void PlayedIdf::joined(std::uint32_t address) {
    ip_event_got_ip_t told{};
    told.ip_info.ip.addr = address;
    posted.push_back({IP_EVENT, IP_EVENT_STA_GOT_IP, bytes_of(told)});
    run_events();
}

}  // namespace boardwalk::test

using boardwalk::test::idf;
using boardwalk::test::refused;

extern "C" {

esp_event_base_t const WIFI_EVENT = "wifi";
esp_event_base_t const IP_EVENT = "ip";

esp_err_t esp_wifi_init(const wifi_init_config_t*) { return ESP_OK; }
esp_err_t esp_wifi_set_storage(wifi_storage_t) { return ESP_OK; }
esp_err_t esp_wifi_set_mode(wifi_mode_t mode) {
    if (std::exchange(idf->mode, mode) != mode) idf->air();
    return ESP_OK;
}
esp_err_t esp_wifi_set_config(wifi_interface_t interface, wifi_config_t* config) {
    if (interface == WIFI_IF_STA) {
        idf->station_ssid = boardwalk::test::text_of(config->sta.ssid);
        return ESP_OK;
    }
    if (idf->mode != WIFI_MODE_APSTA || !idf->takes_ap_config) return refused;
    const bool open = config->ap.authmode == WIFI_AUTH_OPEN || config->ap.password[0] == 0;
    idf->ap_ssid = open ? "an open one" : boardwalk::test::text_of(config->ap.ssid);
    idf->air();
    return ESP_OK;
}
esp_err_t esp_wifi_start(void) {
    if (!std::exchange(idf->on, true)) idf->air();
    return ESP_OK;
}
esp_err_t esp_wifi_stop(void) {
    idf->on = false;
    return ESP_OK;
}
esp_err_t esp_wifi_connect(void) {
    if (!idf->on) return refused;
    idf->joining.push_back(idf->station_ssid);
    return ESP_OK;
}
esp_err_t esp_wifi_disconnect(void) { return ESP_OK; }
esp_err_t esp_wifi_scan_start(const wifi_scan_config_t*, bool) { return refused; }
esp_err_t esp_wifi_scan_get_ap_records(uint16_t*, wifi_ap_record_t*) { return refused; }

esp_err_t esp_event_handler_instance_register(esp_event_base_t, int32_t, esp_event_handler_t handler,
                                              void* argument, esp_event_handler_instance_t*) {
    idf->handlers.push_back(handler);
    idf->handler_argument = argument;
    return ESP_OK;
}
esp_err_t esp_event_post(esp_event_base_t base, int32_t id, const void*, size_t size, TickType_t) {
    assert(size == 0);
    idf->posted.push_back({base, id, {}});
    return ESP_OK;
}
esp_err_t esp_timer_create(const esp_timer_create_args_t* args, esp_timer_handle_t*) {
    idf->timer = args->callback;
    idf->timer_argument = args->arg;
    return ESP_OK;
}
esp_err_t esp_timer_start_once(esp_timer_handle_t, uint64_t timeout_us) {
    idf->timer_us = idf->now_us + timeout_us;
    return ESP_OK;
}
esp_err_t esp_timer_stop(esp_timer_handle_t) {
    idf->timer_us = 0;
    return ESP_OK;
}
int64_t esp_timer_get_time(void) { return static_cast<int64_t>(idf->now_us); }

esp_netif_t* esp_netif_create_default_wifi_sta(void) { return reinterpret_cast<esp_netif_t*>(idf); }
esp_netif_t* esp_netif_create_default_wifi_ap(void) { return reinterpret_cast<esp_netif_t*>(idf); }
esp_err_t esp_netif_sntp_init(const esp_sntp_config_t*) { return ESP_OK; }
esp_err_t esp_netif_sntp_start(void) { return ESP_OK; }
esp_err_t esp_read_mac(uint8_t* mac, esp_mac_type_t) {
    std::fill_n(mac, 6, 0xAB);
    return ESP_OK;
}
void esp_log_write(esp_log_level_t, const char*, const char*, ...) {}
void portENTER_CRITICAL(portMUX_TYPE*) {}
void portEXIT_CRITICAL(portMUX_TYPE*) {}

}  // extern "C"
