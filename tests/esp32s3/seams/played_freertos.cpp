#include <esp_log.h>
#include <esp_mac.h>
#include <esp_random.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/semphr.h>
#include <freertos/task.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "firmware/ports/esp32s3/boardwalk/chip_platform.hpp"
#include "firmware/ports/esp32s3/boardwalk/task_workers.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"

/// Tasks are threads that are left behind. Whatever one of them may wait for lives for as long as the
/// process.
struct QueueDefinition {
    std::mutex mutex;
    std::condition_variable given;
    unsigned count = 0, most = 0;
};

namespace {

struct Uart {
    std::mutex mutex;
    std::condition_variable opened;
    bool shut = false, waited_for = false;
    std::vector<std::string> lines;
};

Uart& uart() {
    static auto* const played = new Uart;
    return *played;
}

std::recursive_mutex& spin_lock() {
    static auto* const lock = new std::recursive_mutex;
    return *lock;
}

std::atomic<bool>& turn_wanted() {
    static auto* const wanted = new std::atomic<bool>(false);
    return *wanted;
}

}  // namespace

extern "C" {

void portENTER_CRITICAL(portMUX_TYPE*) { spin_lock().lock(); }
void portEXIT_CRITICAL(portMUX_TYPE*) { spin_lock().unlock(); }

SemaphoreHandle_t xSemaphoreCreateCounting(UBaseType_t most, UBaseType_t first) {
    auto* const semaphore = new QueueDefinition;
    semaphore->most = most;
    semaphore->count = first;
    return semaphore;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
    const std::lock_guard lock(semaphore->mutex);
    if (semaphore->count == semaphore->most) return 0;
    ++semaphore->count;
    semaphore->given.notify_one();
    return pdPASS;
}

BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t) {
    std::unique_lock lock(semaphore->mutex);
    semaphore->given.wait(lock, [&] { return semaphore->count > 0; });
    --semaphore->count;
    return pdPASS;
}

BaseType_t xTaskCreatePinnedToCore(void (*function)(void*), const char*, uint32_t, void* context, UBaseType_t,
                                   TaskHandle_t*, BaseType_t) {
    std::thread(function, context).detach();
    return pdPASS;
}

void vTaskDelay(TickType_t ticks) { std::this_thread::sleep_for(std::chrono::milliseconds(ticks)); }

int64_t esp_timer_get_time(void) {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void esp_fill_random(void* buffer, size_t size) {
    static std::random_device device;
    auto* const bytes = static_cast<unsigned char*>(buffer);
    for (size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<unsigned char>(device());
}

uint32_t esp_get_free_heap_size(void) { return 100'000; }
uint32_t esp_get_minimum_free_heap_size(void) { return 90'000; }

esp_err_t esp_read_mac(uint8_t* mac, esp_mac_type_t) {
    std::memcpy(mac, "\x02\x00\x00\x00\x00\x01", 6);
    return ESP_OK;
}

void esp_log_write(esp_log_level_t, const char*, const char* format, ...) {
    std::array<char, 512> line{};
    std::va_list arguments;
    va_start(arguments, format);
    (void)std::vsnprintf(line.data(), line.size(), format, arguments);
    va_end(arguments);
    std::unique_lock lock(uart().mutex);
    uart().waited_for = uart().shut;
    uart().opened.wait(lock, [] { return !uart().shut; });
    uart().waited_for = false;
    uart().lines.emplace_back(line.data());
}

}  // extern "C"

void boardwalk::ports::TcpipLoop::wake() { turn_wanted() = true; }

namespace boardwalk::test {

ChipWorkers chip_workers(unsigned count) {
    static auto* const loop = new ports::TcpipLoop;
    auto* const workers = new ports::TaskWorkers(*loop);
    static auto* const kept = new std::vector<ports::TaskWorkers*>;  // in sight of a leak's detector
    kept->push_back(workers);
    if (!workers->start(count)) std::abort();
    return {*workers, turn_wanted()};
}

app::Platform& chip_platform() {
    static auto* const platform = [] {
        auto* const made = new ports::ChipPlatform;
        if (!made->console().start()) std::abort();
        return made;
    }();
    return *platform;
}

void shut_uart(bool shut) {
    const std::lock_guard lock(uart().mutex);
    uart().shut = shut;
    uart().opened.notify_all();
}

bool uart_is_waited_for() {
    const std::lock_guard lock(uart().mutex);
    return uart().waited_for;
}

std::vector<std::string> take_uart_lines() {
    const std::lock_guard lock(uart().mutex);
    return std::exchange(uart().lines, {});
}

}  // namespace boardwalk::test
