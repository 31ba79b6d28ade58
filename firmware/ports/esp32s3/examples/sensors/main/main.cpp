// A sensor of your own: an SHT40 on I2C (SDA GPIO8, SCL GPIO9) as a device with two readings, beside a soil
// probe on an analog pin. Whatever can be read within a second or so becomes a device like this.

#include <driver/i2c_master.h>
#include <esp_system.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>

#include <array>
#include <cstdint>
#include <limits>

#include "firmware/ports/esp32s3/boardwalk/hardware/analog_input.hpp"
#include "firmware/ports/esp32s3/boardwalk/hardware/chip.hpp"
#include "firmware/ports/esp32s3/boardwalk/start_board.hpp"

using namespace boardwalk;

namespace {

/// Sensirion SHT40: temperature and relative humidity.
class Sht40 final : public app::Device {
public:
    Sht40(gpio_num_t sda, gpio_num_t scl) {
        i2c_master_bus_config_t bus_config{};
        bus_config.i2c_port = -1;  // any that is free
        bus_config.sda_io_num = sda;
        bus_config.scl_io_num = scl;
        bus_config.clk_source = I2C_CLK_SRC_DEFAULT;
        bus_config.glitch_ignore_cnt = 7;
        bus_config.flags.enable_internal_pullup = 1;
        i2c_device_config_t config{};
        config.dev_addr_length = I2C_ADDR_BIT_LEN_7;
        config.device_address = 0x44;
        config.scl_speed_hz = 100'000;
        i2c_master_bus_handle_t bus = nullptr;
        if (i2c_new_master_bus(&bus_config, &bus) != ESP_OK ||
            i2c_master_bus_add_device(bus, &config, &sensor_) != ESP_OK)
            sensor_ = nullptr;
    }

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override {
        static constexpr std::array<app::ReadingDescription, 2> table = {
            {{"temperature", "Temperature", "Air", "temperature", "°C", -10, 50, 1},
             {"humidity", "Humidity", "Air", "humidity", "%", 0, 100, 0}}};
        return table;
    }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }

    /// On a worker: it may wait for the sensor. What cannot be had is NaN, and shown as a fault.
    void sample(std::uint64_t, std::span<const double>, std::span<double> values) override {
        values[0] = values[1] = std::numeric_limits<double>::quiet_NaN();
        constexpr std::uint8_t measure = 0xFD;  // with high precision, which takes 8.3 ms at most
        constexpr int wait_ms = 50;
        std::array<std::uint8_t, 6> answer{};
        if (sensor_ == nullptr || i2c_master_transmit(sensor_, &measure, 1, wait_ms) != ESP_OK) return;
        vTaskDelay(pdMS_TO_TICKS(10) + 1);
        if (i2c_master_receive(sensor_, answer.data(), answer.size(), wait_ms) != ESP_OK) return;
        if (crc(answer.data()) != answer[2] || crc(answer.data() + 3) != answer[5]) return;
        values[0] = -45 + 175 * part(answer[0], answer[1]);
        values[1] = -6 + 125 * part(answer[3], answer[4]);
    }

private:
    static double part(unsigned high, unsigned low) { return (high * 256 + low) / 65'535.0; }

    /// Of two bytes, as the sensor's data sheet has it: polynomial 0x31, begun with 0xFF.
    static std::uint8_t crc(const std::uint8_t* bytes) {
        unsigned value = 0xFF;
        for (int i = 0; i < 2; ++i) {
            value ^= bytes[i];
            for (int bit = 0; bit < 8; ++bit)
                value = (value & 0x80) != 0 ? (value << 1) ^ 0x31 : value << 1;
        }
        return static_cast<std::uint8_t>(value);
    }

    i2c_master_dev_handle_t sensor_ = nullptr;
};

}  // namespace

extern "C" void app_main() {
    static ports::Chip chip;
    static Sht40 air(GPIO_NUM_8, GPIO_NUM_9);
    // A capacitive soil probe: 2,800 mV in air, 1,200 mV in water.
    static ports::AnalogInput soil(
        ADC_CHANNEL_3,
        {.id = "soil", .name = "Soil moisture", .group = "Bed", .kind = "humidity", .unit = "%", .max = 100},
        -100.0 / (2'800 - 1'200), 100.0 * 2'800 / (2'800 - 1'200));
    static std::array<app::Device*, 3> devices = {&air, &soil, &chip};
    if (!ports::start_board({.default_name = "Greenhouse", .devices = devices}).empty()) esp_restart();
}
