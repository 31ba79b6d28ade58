#pragma once

#include <freertos/FreeRTOS.h>

typedef struct tskTaskControlBlock* TaskHandle_t;

extern "C" {
#define tskNO_AFFINITY ((BaseType_t)0x7FFFFFFF)
BaseType_t xTaskCreatePinnedToCore(void (*function)(void*), const char* name, uint32_t stack_bytes, void* context,
                                   UBaseType_t priority, TaskHandle_t* task, BaseType_t core);
void vTaskDelay(TickType_t ticks);
}
