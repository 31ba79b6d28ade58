#include "firmware/app/model/greenhouse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace boardwalk::app {

namespace {

constexpr std::string_view group = "Greenhouse (simulated)";

enum ReadingIndex : std::size_t { temperature, humidity, light };
constexpr std::array<ReadingDescription, 3> reading_table = {{
    {"temperature", "Temperature", group, "temperature", "°C", 0, 50, 1},
    {"humidity", "Humidity", group, "humidity", "%", 0, 100, 0},
    {"light", "Light", group, "illuminance", "lx", 0, 30'000, 0},
}};

enum OutputIndex : std::size_t { heater, fan, lamp, shade, mist };
enum ShadeOption : int { shade_open, shade_half, shade_closed };
constexpr std::array<std::string_view, 3> shade_options = {"open", "half", "closed"};
constexpr std::array<OutputDescription, 5> output_table = {{
    {.id = "heater", .name = "Heater", .group = group, .kind = OutputKind::switch_},
    {.id = "fan",
     .name = "Fan",
     .group = group,
     .kind = OutputKind::level,
     .unit = "%",
     .max = 100,
     .step = 5},
    {.id = "lamp", .name = "Lamp", .group = group, .kind = OutputKind::switch_},
    {.id = "shade", .name = "Shade", .group = group, .kind = OutputKind::choice, .options = shade_options},
    {.id = "mist", .name = "Mist", .group = group, .kind = OutputKind::button},
}};

// Outside, and what each part adds to the balance that the inside runs towards.
constexpr double outside_temperature_c = 14;
constexpr double outside_humidity_percent = 45;
constexpr double daylight_lx = 12'000;
constexpr double lamp_lx = 9'000;
constexpr double sun_gain_c = 8;  // under an open shade, without wind
constexpr double heater_gain_c = 16;
constexpr double lamp_gain_c = 2;
constexpr double ground_humidity_percent = 25;  // what soil and plants add while the air stands
constexpr double mist_humidity_percent = 12;    // by one press

// Time constants. A real greenhouse takes half an hour; a person who tries the board should not wait.
constexpr double air_time_s = 20;
constexpr double moisture_time_s = 25;
constexpr double light_time_s = 0.8;
constexpr double step_s_max = 0.25;
constexpr double catch_up_s_max = 120;  // after that all has settled

/// A first-order lag: what of a distance is left after `seconds`.
double left_after(double seconds, double time_constant_s) { return std::exp(-seconds / time_constant_s); }
double approach(double value, double target, double left) { return target + (value - target) * left; }

}  // namespace

std::span<const ReadingDescription> Greenhouse::readings() const { return reading_table; }
std::span<const OutputDescription> Greenhouse::outputs() const { return output_table; }

void Greenhouse::sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) {
    if (now_ms_ == 0) now_ms_ = now_ms;
    humidity_percent_ = std::min(100.0, humidity_percent_ + outputs[mist] * mist_humidity_percent);
    double left_s = std::min(static_cast<double>(now_ms - now_ms_) / 1'000, catch_up_s_max);
    now_ms_ = now_ms;
    while (left_s > 0) {
        const double seconds = std::min(left_s, step_s_max);
        step(outputs, seconds);
        left_s -= seconds;
    }
    values[temperature] = temperature_c_;
    values[humidity] = humidity_percent_;
    values[light] = light_lx_;
}

Greenhouse::Pace::Pace(double for_wind, double for_seconds) : wind(for_wind), seconds(for_seconds) {
    const double pace = 1 + 2 * wind;
    kept = 1 / pace;
    light_left = left_after(seconds, light_time_s);
    air_left = left_after(seconds, air_time_s / pace);
    moisture_left = left_after(seconds, moisture_time_s / pace);
}

void Greenhouse::step(std::span<const double> outputs, double seconds) {
    const int shade_option = static_cast<int>(outputs[shade]);
    const double sun = shade_option == shade_open ? 1.0 : shade_option == shade_half ? 0.5 : 0.08;
    const double wind = outputs[fan] / 100;

    if (wind != pace_.wind || seconds != pace_.seconds) pace_ = Pace(wind, seconds);

    light_lx_ = approach(light_lx_, sun * daylight_lx + outputs[lamp] * lamp_lx, pace_.light_left);

    const double gain_c = sun * sun_gain_c + outputs[heater] * heater_gain_c + outputs[lamp] * lamp_gain_c;
    const double before_c = temperature_c_;
    temperature_c_ = approach(temperature_c_, outside_temperature_c + gain_c * pace_.kept, pace_.air_left);

    // The water stays, so warmer air is relatively drier: about 5 % of its relative humidity a degree.
    humidity_percent_ *= 1 - 0.05 * (temperature_c_ - before_c);
    const double balance_percent = outside_humidity_percent + ground_humidity_percent * pace_.kept;
    humidity_percent_ = approach(humidity_percent_, balance_percent, pace_.moisture_left);
    humidity_percent_ = std::clamp(humidity_percent_, 0.0, 100.0);
}

}  // namespace boardwalk::app
