#include "firmware/ports/esp32s3/boardwalk/hardware/chip_console.hpp"

#include <esp_log.h>
#include <freertos/task.h>

#include <utility>

#include "firmware/ports/esp32s3/boardwalk/locked.hpp"

namespace boardwalk::ports {

namespace {

constexpr const char* tag = "boardwalk";
constexpr BaseType_t core = tskNO_AFFINITY;  // a sensor that spins on a worker leaves it core 0
constexpr UBaseType_t priority = 1;          // below all that has work to do
constexpr std::uint32_t stack_bytes = 3 * 1'024;
constexpr std::uint32_t flush_look_ms = 10;

esp_log_level_t level_of(app::LogLevel level) {
    switch (level) {
        case app::LogLevel::debug: return ESP_LOG_DEBUG;
        case app::LogLevel::info: return ESP_LOG_INFO;
        case app::LogLevel::warning: return ESP_LOG_WARN;
        case app::LogLevel::error: break;
    }
    return ESP_LOG_ERROR;
}

}  // namespace

bool ChipConsole::start() {
    written_ = xSemaphoreCreateCounting(1, 1);  // as if something had been: it may
    if (written_ == nullptr) return false;
    const auto task = [](void* self) { static_cast<ChipConsole*>(self)->run(); };
    return xTaskCreatePinnedToCore(task, "console", stack_bytes, this, priority, nullptr, core) == pdPASS;
}

void ChipConsole::write(app::LogLevel level, std::string_view text) {
    {
        const Locked locked(lock_);
        if (count_ == lines_.size()) {
            ++lost_;
            ++lost_total_;
            return;
        }
        auto& line = lines_[(first_ + count_++) % lines_.size()];
        line.level = level;
        line.lost_before = std::exchange(lost_, 0);
        line.size = static_cast<std::uint8_t>(text.copy(line.text.data(), line.text.size()));
    }
    if (written_ != nullptr) xSemaphoreGive(written_);  // one that is given already is as well
}

std::uint64_t ChipConsole::lines_dropped() const {
    const Locked locked(lock_);
    return lost_total_;
}

bool ChipConsole::idle() const {
    const Locked locked(lock_);
    return count_ == 0 && !writing_;
}

void ChipConsole::flush() const {
    for (std::uint32_t ms = 0; ms < limits::console_flush_ms_max && !idle(); ms += flush_look_ms)
        vTaskDelay(pdMS_TO_TICKS(flush_look_ms));
}

/// Returns false when no line waits.
bool ChipConsole::take(Line& line) {
    const Locked locked(lock_);
    writing_ = count_ > 0;
    if (!writing_) return false;
    line = lines_[first_];
    first_ = (first_ + 1) % lines_.size();
    --count_;
    return true;
}

void ChipConsole::run() {
    Line line;
    while (true) {
        xSemaphoreTake(written_, portMAX_DELAY);
        while (take(line)) {
            if (line.lost_before > 0) {
                ESP_LOG_LEVEL(ESP_LOG_WARN, tag, "%lu lines were dropped",
                              static_cast<unsigned long>(line.lost_before));
            }
            ESP_LOG_LEVEL(level_of(line.level), tag, "%.*s", static_cast<int>(line.size), line.text.data());
        }
    }
}

}  // namespace boardwalk::ports
