#pragma once

#include <freertos/FreeRTOS.h>

typedef struct QueueDefinition* SemaphoreHandle_t;

extern "C" {
SemaphoreHandle_t xSemaphoreCreateCounting(UBaseType_t most, UBaseType_t first);
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks);
BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore);
}
