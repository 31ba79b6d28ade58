#include "firmware/ports/linux/computer/computer_hardware.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <limits>

#include "firmware/ports/linux/computer/kernel_file.hpp"
#include "firmware/ports/linux/computer/temperature_sensor.hpp"

namespace boardwalk::ports {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view group = "This computer";

enum Index : std::size_t { memory, disk, temperature };
constexpr std::array<app::ReadingDescription, 3> table = {{
    {"memory_used", "Memory used", group, "memory", "%", 0, 100, 1},
    {"disk_used", "Disk used", group, "disk", "%", 0, 100, 1},
    {"cpu_temperature", "CPU temperature", group, "temperature", "°C", 0, 110, 1},
}};

double percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? nothing : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// The computer's memory, or the limit of a container.
double memory_used_percent(const CgroupMemory& cgroup) {
    std::array<char, 1024> memory_info;
    const std::string_view text = read_kernel_file("/proc/meminfo", memory_info);
    const auto total = number_after(text, "MemTotal:");
    const auto available = number_after(text, "MemAvailable:");
    const auto use = cgroup.read();
    if (use && (!total || use->limit_bytes < *total * 1'024))
        return percent(std::min(use->used_bytes, use->limit_bytes), use->limit_bytes);
    return total && available && *available <= *total ? percent(*total - *available, *total) : nothing;
}

double disk_used_percent(const std::string& path) {
    struct statvfs figures{};
    if (statvfs(path.c_str(), &figures) != 0) return nothing;
    // As df counts: a part of what users may have.
    const std::uint64_t used = figures.f_blocks - figures.f_bfree;
    return percent(used, used + figures.f_bavail);
}

double temperature_c(const std::string& path) {
    std::array<char, 32> memory;
    std::string_view text = read_kernel_file(path.c_str(), memory);
    const auto thousandths = number_of<std::int64_t>(next_word(text));
    return thousandths ? static_cast<double>(*thousandths) / 1'000 : nothing;
}

}  // namespace

ComputerHardware::ComputerHardware(std::string_view data_path)
    : data_path_(data_path), temperature_path_(find_cpu_temperature()) {}

std::span<const app::ReadingDescription> ComputerHardware::readings() const {
    return std::span(table).first(temperature_path_.empty() ? temperature : table.size());
}

void ComputerHardware::sample(std::uint64_t, std::span<const double>, std::span<double> values) {
    values[memory] = memory_used_percent(cgroup_);
    values[disk] = disk_used_percent(data_path_);
    if (!temperature_path_.empty()) values[temperature] = temperature_c(temperature_path_);
}

}  // namespace boardwalk::ports
