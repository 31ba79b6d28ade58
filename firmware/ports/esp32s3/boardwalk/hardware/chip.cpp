#include "firmware/ports/esp32s3/boardwalk/hardware/chip.hpp"

#include <esp_heap_caps.h>
#include <esp_wifi.h>

#include <array>
#include <limits>

namespace boardwalk::ports {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr double kilobyte = 1'024;

enum ReadingIndex : std::size_t { temperature, memory, largest_block, signal };
constexpr std::array<app::ReadingDescription, 4> reading_table = {
    {{"chip.temperature", "Chip temperature", "Chip", "temperature", "°C", 0, 90, 1},
     {"chip.memory", "Free memory", "Chip", "memory", "KB", 0, 400, 0},
     {"chip.block", "Largest free block", "Chip", "memory", "KB", 0, 300, 0},
     {"wifi.signal", "Wi-Fi signal", "Chip", "signal", "dBm", -90, -30, 0}}};

double in_kilobytes(std::size_t bytes) { return static_cast<double>(bytes) / kilobyte; }

}  // namespace

Chip::Chip() {
    const temperature_sensor_config_t config = TEMPERATURE_SENSOR_CONFIG_DEFAULT(-10, 80);
    if (temperature_sensor_install(&config, &temperature_) != ESP_OK ||
        temperature_sensor_enable(temperature_) != ESP_OK)
        temperature_ = nullptr;
}

std::span<const app::ReadingDescription> Chip::readings() const { return reading_table; }

void Chip::sample(std::uint64_t, std::span<const double>, std::span<double> values) {
    float celsius = 0;
    const bool felt =
        temperature_ != nullptr && temperature_sensor_get_celsius(temperature_, &celsius) == ESP_OK;
    values[temperature] = felt ? double{celsius} : nothing;
    values[memory] = in_kilobytes(heap_caps_get_free_size(MALLOC_CAP_INTERNAL));
    values[largest_block] = in_kilobytes(heap_caps_get_largest_free_block(MALLOC_CAP_INTERNAL));
    int dbm = 0;
    values[signal] = esp_wifi_sta_get_rssi(&dbm) == ESP_OK ? dbm : nothing;
}

}  // namespace boardwalk::ports
