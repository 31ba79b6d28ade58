#include "firmware/ports/esp32s3/boardwalk/hardware/analog_input.hpp"

#include <esp_adc/adc_cali_scheme.h>

#include <limits>

namespace boardwalk::ports {

namespace {

constexpr int looks = 16;  // their mean is quieter than one
constexpr adc_atten_t up_to_3100_mv = ADC_ATTEN_DB_12;

/// The converter that all channels share; null when it does not work.
adc_oneshot_unit_handle_t converter() {
    static const adc_oneshot_unit_handle_t shared = [] {
        adc_oneshot_unit_init_cfg_t config{};
        config.unit_id = ADC_UNIT_1;
        adc_oneshot_unit_handle_t made = nullptr;
        return adc_oneshot_new_unit(&config, &made) == ESP_OK ? made : nullptr;
    }();
    return shared;
}

}  // namespace

AnalogInput::AnalogInput(adc_channel_t channel, const app::ReadingDescription& description, double slope,
                         double offset)
    : channel_(channel), description_(description), slope_(slope), offset_(offset) {
    const adc_oneshot_chan_cfg_t config = {.atten = up_to_3100_mv, .bitwidth = ADC_BITWIDTH_DEFAULT};
    const adc_cali_curve_fitting_config_t curve = {
        .unit_id = ADC_UNIT_1, .chan = channel, .atten = up_to_3100_mv, .bitwidth = ADC_BITWIDTH_DEFAULT};
    if (converter() == nullptr || adc_oneshot_config_channel(converter(), channel, &config) != ESP_OK ||
        adc_cali_create_scheme_curve_fitting(&curve, &calibration_) != ESP_OK)
        calibration_ = nullptr;
}

void AnalogInput::sample(std::uint64_t, std::span<const double>, std::span<double> values) {
    values[0] = std::numeric_limits<double>::quiet_NaN();
    if (calibration_ == nullptr) return;
    double sum_mv = 0;
    for (int i = 0; i < looks; ++i) {
        int millivolts = 0;
        if (adc_oneshot_get_calibrated_result(converter(), calibration_, channel_, &millivolts) != ESP_OK)
            return;
        sum_mv += millivolts;
    }
    values[0] = sum_mv / looks * slope_ + offset_;
}

}  // namespace boardwalk::ports
