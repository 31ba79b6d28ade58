#pragma once

typedef struct {
    char version[32];
} esp_app_desc_t;
