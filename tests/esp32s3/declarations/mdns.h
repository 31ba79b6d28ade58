#pragma once

#include <esp_err.h>
#include <stddef.h>

typedef struct {
    const char* key;
    const char* value;
} mdns_txt_item_t;

extern "C" {
esp_err_t mdns_init(void);
esp_err_t mdns_hostname_set(const char* name);
esp_err_t mdns_instance_name_set(const char* name);
esp_err_t mdns_service_add(const char* instance, const char* type, const char* protocol, uint16_t port,
                           mdns_txt_item_t keys[], size_t count);
esp_err_t mdns_service_instance_name_set(const char* type, const char* protocol, const char* instance);
esp_err_t mdns_service_txt_item_set(const char* type, const char* protocol, const char* key, const char* value);
}
