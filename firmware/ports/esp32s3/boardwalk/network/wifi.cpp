#include "firmware/ports/esp32s3/boardwalk/network/wifi.hpp"

#include <esp_log.h>
#include <esp_mac.h>
#include <esp_netif_sntp.h>
#include <esp_wifi.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

namespace boardwalk::ports {

namespace {

constexpr const char* tag = "wifi";
constexpr std::uint8_t guests_max = 4;
constexpr std::uint64_t post_again_us = 100'000;

// A word that other tasks leave in the event task: look whether there is something to do.
ESP_EVENT_DEFINE_BASE(boardwalk_wifi_event);
constexpr std::int32_t look = 0;

std::uint64_t now_ms() { return static_cast<std::uint64_t>(esp_timer_get_time()) / 1'000; }

/// Into a field of fixed size, filled up with zeros.
template <std::size_t size>
void fill(std::uint8_t (&field)[size], std::string_view text) {
    std::memset(field, 0, size);
    std::memcpy(field, text.data(), std::min(size, text.size()));
}

/// "Boardwalk-3F2A": the end of the board's id, so that two boards on a desk differ.
wifi_config_t own_network(std::string_view password) {
    std::array<std::uint8_t, 6> mac{};
    (void)esp_read_mac(mac.data(), ESP_MAC_WIFI_STA);
    std::array<char, 33> name{};
    const int size = std::snprintf(name.data(), name.size(), "Boardwalk-%02X%02X",
                                   static_cast<unsigned>(mac[4]), static_cast<unsigned>(mac[5]));
    wifi_config_t config{};
    fill(config.ap.ssid, {name.data(), static_cast<std::size_t>(size)});
    config.ap.ssid_len = static_cast<std::uint8_t>(size);
    config.ap.channel = 1;  // the station's, once that has one
    // WPA2, which every phone has. What is typed there is not for the neighbours, and neither is the choice
    // of another network while the owner's is away.
    config.ap.authmode = WIFI_AUTH_WPA2_PSK;
    fill(config.ap.password, password);
    config.ap.max_connection = guests_max;
    return config;
}

wifi_config_t network_of(const app::WifiCredentials& credentials) {
    wifi_config_t config{};
    fill(config.sta.ssid, credentials.ssid.view());
    fill(config.sta.password, credentials.password.view());
    config.sta.scan_method = WIFI_ALL_CHANNEL_SCAN;  // the strongest of a name, not the first
    config.sta.sort_method = WIFI_CONNECT_AP_BY_SIGNAL;
    // With a password given, refuse an open or WEP network that took the same name: the password must not be
    // tried there.
    config.sta.threshold.authmode = credentials.password.empty() ? WIFI_AUTH_OPEN : WIFI_AUTH_WPA2_PSK;
    config.sta.sae_pwe_h2e = WPA3_SAE_PWE_BOTH;
    config.sta.pmf_cfg.capable = true;
    return config;
}

/// HANDSHAKE_TIMEOUT: an access point with another password does not answer. AUTH_FAIL: the same with WPA3.
app::WifiFailure failure_of(std::uint8_t reason) {
    switch (reason) {
        case WIFI_REASON_NO_AP_FOUND:
        case WIFI_REASON_NO_AP_FOUND_IN_RSSI_THRESHOLD: return app::WifiFailure::not_found;
        case WIFI_REASON_4WAY_HANDSHAKE_TIMEOUT:
        case WIFI_REASON_HANDSHAKE_TIMEOUT:
        case WIFI_REASON_AUTH_FAIL: return app::WifiFailure::password;
        case WIFI_REASON_NO_AP_FOUND_W_COMPATIBLE_SECURITY:
        case WIFI_REASON_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD: return app::WifiFailure::security;
        default: return app::WifiFailure::unknown;
    }
}

/// ESP-IDF takes a network's configuration only in a mode that has one, and on a radio that is on, the mode
/// alone puts one on the air: its own, which is open. So the radio is off meanwhile; nothing is tried or
/// joined then. Rather none than an open one.
bool put_on_air(wifi_config_t& config) {
    const bool configured = esp_wifi_stop() == ESP_OK && esp_wifi_set_mode(WIFI_MODE_APSTA) == ESP_OK &&
                            esp_wifi_set_config(WIFI_IF_AP, &config) == ESP_OK;
    if (!configured) (void)esp_wifi_set_mode(WIFI_MODE_STA);
    return esp_wifi_start() == ESP_OK && configured;
}

bool listen(esp_event_base_t base, esp_event_handler_t handler, void* self) {
    return esp_event_handler_instance_register(base, ESP_EVENT_ANY_ID, handler, self, nullptr) == ESP_OK;
}

}  // namespace

bool Wifi::start() {
    const wifi_init_config_t defaults = WIFI_INIT_CONFIG_DEFAULT();
    const esp_timer_create_args_t timer = {.callback = on_timer,
                                           .arg = this,
                                           .dispatch_method = ESP_TIMER_TASK,
                                           .name = "wifi",
                                           .skip_unhandled_events = true};
    esp_sntp_config_t clock = ESP_NETIF_SNTP_DEFAULT_CONFIG("pool.ntp.org");
    clock.start = false;  // once there is a network
    clock.wait_for_sync = false;
    if (esp_netif_create_default_wifi_sta() == nullptr || esp_netif_create_default_wifi_ap() == nullptr)
        return false;
    return esp_wifi_init(&defaults) == ESP_OK && esp_wifi_set_storage(WIFI_STORAGE_RAM) == ESP_OK &&
           esp_timer_create(&timer, &timer_) == ESP_OK && listen(WIFI_EVENT, on_event, this) &&
           listen(IP_EVENT, on_event, this) && listen(boardwalk_wifi_event, on_event, this) &&
           esp_wifi_set_mode(WIFI_MODE_STA) == ESP_OK && esp_wifi_start() == ESP_OK &&
           esp_netif_sntp_init(&clock) == ESP_OK;
}

/// Event posting fails while its queue is full; the timer comes back then.
void Wifi::on_timer(void* self) {
    if (esp_event_post(boardwalk_wifi_event, look, nullptr, 0, 0) != ESP_OK)
        (void)esp_timer_start_once(static_cast<Wifi*>(self)->timer_, post_again_us);
}

void Wifi::join(const app::WifiCredentials& credentials) {
    portENTER_CRITICAL(&lock_);
    told_ = credentials;
    has_told_ = true;
    portEXIT_CRITICAL(&lock_);
    on_timer(this);
}

/// On a worker. The station's interface is on in all modes; a station that is joining makes this fail.
bool Wifi::scan(std::span<app::WifiNetwork> room, std::size_t& found) {
    found = 0;
    if (esp_wifi_scan_start(nullptr, true) != ESP_OK) return false;
    std::array<wifi_ap_record_t, limits::wifi_networks_max> records{};  // the strongest: ESP-IDF sorts them
    auto count = static_cast<std::uint16_t>(std::min(room.size(), records.size()));
    if (esp_wifi_scan_get_ap_records(&count, records.data()) != ESP_OK) return false;
    for (; found < count; ++found) {
        const auto& record = records[found];
        const auto* ssid = reinterpret_cast<const char*>(record.ssid);
        room[found] = {.ssid = cut({ssid, strnlen(ssid, limits::ssid_bytes_max)}),
                       .rssi_dbm = record.rssi,
                       .channel = record.primary,
                       .secure = record.authmode != WIFI_AUTH_OPEN};
    }
    return true;
}

// --- in the event task ------------------------------------------------------------------------------------

void Wifi::on_event(void* self, esp_event_base_t base, std::int32_t id, void* data) {
    static_cast<Wifi*>(self)->hear(base, id, data);
}

void Wifi::hear(esp_event_base_t base, std::int32_t id, void* data) {
    take_told();
    if (!was_told_) return;
    if (base == IP_EVENT && id == IP_EVENT_STA_GOT_IP) {
        const auto address = static_cast<const ip_event_got_ip_t*>(data)->ip_info.ip.addr;
        std::memcpy(lan_address_.data(), &address, lan_address_.size());  // in the network's order already
        joiner_.on_joined(now_ms());
        (void)esp_netif_sntp_start();
    } else if (base == WIFI_EVENT && id == WIFI_EVENT_STA_DISCONNECTED) {
        // Whatever the reason says: a router that goes says "leaving" (8) as we do when we leave by
        // ourselves. Of that the joiner knows.
        const auto reason = static_cast<const wifi_event_sta_disconnected_t*>(data)->reason;
        ESP_LOGI(tag, "not joined, or lost: reason %u", static_cast<unsigned>(reason));
        joiner_.on_lost(now_ms(), failure_of(reason));
    } else if (base == WIFI_EVENT && id == WIFI_EVENT_AP_STACONNECTED) {
        joiner_.on_guests(++guests_);
    } else if (base == WIFI_EVENT && id == WIFI_EVENT_AP_STADISCONNECTED) {
        joiner_.on_guests(guests_ > 0 ? --guests_ : 0);
    }
    advance();
}

void Wifi::take_told() {
    portENTER_CRITICAL(&lock_);
    const bool told = std::exchange(has_told_, false);
    const app::WifiCredentials credentials = told_;
    portEXIT_CRITICAL(&lock_);
    if (!told) return;
    was_told_ = true;
    joiner_.use(credentials, now_ms());
}

void Wifi::advance() {
    using Step = app::WifiJoiner::Step;
    for (auto step = joiner_.next(now_ms()); step != Step::none; step = joiner_.next(now_ms())) {
        switch (step) {
            case Step::open_portal: open_portal(); break;
            case Step::close_portal:
                guests_ = 0;
                (void)esp_wifi_set_mode(WIFI_MODE_STA);
                break;
            case Step::attempt: attempt(); break;
            case Step::leave: (void)esp_wifi_disconnect(); break;
            case Step::none: break;
        }
    }
    if (joiner_.state() != app::WifiState::joined) lan_address_ = {};
    portal_.tell(joiner_.portal_open(), joiner_.state(), lan_address_, joiner_.failure());
    (void)esp_timer_stop(timer_);
    if (const auto due = joiner_.due_ms(); due != app::WifiJoiner::never) {
        const auto now = now_ms();
        (void)esp_timer_start_once(timer_, (due > now ? due - now : 1) * 1'000);
    }
}

/// The password is written to the serial line only, because any client can read the board's log.
void Wifi::open_portal() const {
    auto config = own_network(own_password_);
    const bool works = put_on_air(config);
    const std::string_view ssid(reinterpret_cast<const char*>(config.ap.ssid), config.ap.ssid_len);
    if (!works) {
        ESP_LOGE(tag, "own network \"%.*s\" failed", static_cast<int>(ssid.size()), ssid.data());
        return;
    }
    const auto password = own_password_.view();
    const auto label = app::wifi_uri(ssid, password);
    ESP_LOGI(tag, "to set this board up join \"%.*s\", password \"%.*s\"", static_cast<int>(ssid.size()),
             ssid.data(), static_cast<int>(password.size()), password.data());
    ESP_LOGI(tag, "as a QR code for its label: %.*s", static_cast<int>(label.size()), label.view().data());
}

/// Its outcome is an event; what cannot even begin is a try in vain.
void Wifi::attempt() {
    auto config = network_of(joiner_.credentials());
    if (esp_wifi_set_config(WIFI_IF_STA, &config) != ESP_OK || esp_wifi_connect() != ESP_OK)
        joiner_.on_lost(now_ms());
}

}  // namespace boardwalk::ports
