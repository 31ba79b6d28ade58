#include "firmware/ports/esp32s3/boardwalk/chip_platform.hpp"

#include <esp_mac.h>
#include <esp_random.h>
#include <esp_system.h>
#include <esp_timer.h>
#include <sys/time.h>

namespace boardwalk::ports {

namespace {

/// After a start the clock counts from 1970: what is before this firmware's own time is not the time.
constexpr std::int64_t known_from_s = 1'767'225'600;  // 2026-01-01

}  // namespace

std::uint64_t ChipPlatform::now_ms() const {
    return static_cast<std::uint64_t>(esp_timer_get_time()) / 1'000;
}

std::optional<std::int64_t> ChipPlatform::utc_ms() const {
    timeval now{};
    gettimeofday(&now, nullptr);
    if (now.tv_sec < known_from_s) return std::nullopt;
    return std::int64_t{now.tv_sec} * 1'000 + now.tv_usec / 1'000;
}

/// True random while the radio is on: start_board.cpp turns it on before anything asks.
void ChipPlatform::random(std::span<std::uint8_t> bytes) { esp_fill_random(bytes.data(), bytes.size()); }

app::Platform::Heap ChipPlatform::heap() const {
    return {.free_bytes = esp_get_free_heap_size(), .minimum_free_bytes = esp_get_minimum_free_heap_size()};
}

/// The station's, which is what the owner's router lists.
std::optional<std::array<std::uint8_t, 6>> ChipPlatform::mac() const {
    std::array<std::uint8_t, 6> mac{};
    if (esp_read_mac(mac.data(), ESP_MAC_WIFI_STA) != ESP_OK) return std::nullopt;
    return mac;
}

std::int64_t unix_time_s() {
    timeval now{};
    gettimeofday(&now, nullptr);
    return now.tv_sec < known_from_s ? 0 : std::int64_t{now.tv_sec};
}

}  // namespace boardwalk::ports
