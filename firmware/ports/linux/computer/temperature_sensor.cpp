#include "firmware/ports/linux/computer/temperature_sensor.hpp"

#include <array>
#include <string_view>

#include "firmware/ports/linux/computer/kernel_file.hpp"

namespace boardwalk::ports {

namespace {

constexpr int entries_max = 64;

// Drivers and zones that are about the processor, the best known first.
constexpr std::array<std::string_view, 4> drivers = {"coretemp", "k10temp", "zenpower", "cpu_thermal"};
constexpr std::array<std::string_view, 6> zones = {"x86_pkg_temp", "cpu-thermal", "cpu_thermal",
                                                   "soc_thermal",  "TCPU",        "acpitz"};

std::string first_word_of(const std::string& path) {
    std::array<char, 64> memory;
    std::string_view text = read_kernel_file(path.c_str(), memory);
    return std::string(next_word(text));
}

/// An entry `directory`/`prefix`N whose `name_file` says `name` and whose `value_file` can be read.
std::string find(const std::string& directory, std::string_view prefix, std::string_view name_file,
                 std::string_view name, std::string_view value_file) {
    for (int i = 0; i < entries_max; ++i) {
        const std::string entry = directory + std::string(prefix) + std::to_string(i) + "/";
        if (first_word_of(entry + std::string(name_file)) != name) continue;
        std::string value = entry + std::string(value_file);
        if (!first_word_of(value).empty()) return value;
    }
    return {};
}

}  // namespace

std::string find_cpu_temperature(const std::string& root) {
    for (const std::string_view driver : drivers) {
        auto path = find(root + "/class/hwmon/", "hwmon", "name", driver, "temp1_input");
        if (!path.empty()) return path;
    }
    for (const std::string_view zone : zones) {
        auto path = find(root + "/class/thermal/", "thermal_zone", "type", zone, "temp");
        if (!path.empty()) return path;
    }
    return {};
}

}  // namespace boardwalk::ports
