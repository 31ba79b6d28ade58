#pragma once

#include <esp_netif.h>

typedef struct {
    bool wait_for_sync;
    bool start;
    ip_event_t ip_event_to_renew;
    size_t num_of_servers;
    const char* servers[1];
} esp_sntp_config_t;

#define ESP_NETIF_SNTP_DEFAULT_CONFIG(server) \
    { .wait_for_sync = true, .start = true, .ip_event_to_renew = IP_EVENT_STA_GOT_IP, .num_of_servers = 1, .servers = {server}, }

extern "C" {
esp_err_t esp_netif_sntp_init(const esp_sntp_config_t* config);
esp_err_t esp_netif_sntp_start(void);
}
