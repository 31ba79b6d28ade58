#pragma once

#include <stddef.h>

extern "C" void esp_fill_random(void* buffer, size_t size);
