#pragma once

#include <esp_event.h>

typedef struct esp_netif_obj esp_netif_t;
typedef enum { IP_EVENT_STA_GOT_IP } ip_event_t;
typedef struct {
    struct {
        struct {
            uint32_t addr;
        } ip;
    } ip_info;
} ip_event_got_ip_t;

ESP_EVENT_DECLARE_BASE(IP_EVENT);

extern "C" {
esp_err_t esp_netif_init(void);
esp_netif_t* esp_netif_create_default_wifi_sta(void);
esp_netif_t* esp_netif_create_default_wifi_ap(void);
}
