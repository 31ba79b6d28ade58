#include "firmware/ports/linux/computer/computer.hpp"

#include <sys/statvfs.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <limits>

#include "firmware/ports/linux/computer/kernel_file.hpp"
#include "firmware/ports/linux/computer/temperature_sensor.hpp"

namespace boardwalk::ports {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view group = "This computer";

enum Index : std::size_t { cpu, memory, disk, load_average, received, sent, temperature };
constexpr std::array<app::ReadingDescription, 7> table = {{
    {"cpu_load", "CPU load", group, "load", "%", 0, 100, 1},
    {"memory_used", "Memory used", group, "memory", "%", 0, 100, 1},
    {"disk_used", "Disk used", group, "disk", "%", 0, 100, 1},
    {"load_average", "Load average", group, "load", "", 0, 16, 2},
    {"network_received", "Network received", group, "network", "kB/s", 0, 1'000, 1},
    {"network_sent", "Network sent", group, "network", "kB/s", 0, 1'000, 1},
    {"cpu_temperature", "CPU temperature", group, "temperature", "°C", 0, 110, 1},
}};

/// Load and rates are differences, so the first sample reads twice.
constexpr long first_look_ns = 100'000'000;

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

/// An interface that is removed takes its count along; the rate is then left out once.
double rate_kb_s(std::uint64_t before_bytes, std::uint64_t now_bytes, double seconds) {
    return now_bytes < before_bytes ? nothing
                                    : static_cast<double>(now_bytes - before_bytes) / 1'000 / seconds;
}

double load_average_now() {
    std::array<char, 64> memory;
    std::string_view text = read_kernel_file("/proc/loadavg", memory);
    return number_of<double>(next_word(text)).value_or(nothing);
}

double temperature_c(const std::string& path) {
    std::array<char, 32> memory;
    std::string_view text = read_kernel_file(path.c_str(), memory);
    const auto thousandths = number_of<std::int64_t>(next_word(text));
    return thousandths ? static_cast<double>(*thousandths) / 1'000 : nothing;
}

}  // namespace

/// First line of /proc/stat: user nice system idle iowait irq softirq steal (proc(5)); guests are in user
/// already.
std::optional<Computer::CpuTime> Computer::cpu_time() {
    std::array<char, 256> memory;
    std::string_view text = read_kernel_file("/proc/stat", memory);
    if (next_word(text) != "cpu") return std::nullopt;
    CpuTime time;
    for (std::size_t field = 0; field < 8; ++field) {
        const auto ticks = number_of<std::uint64_t>(next_word(text));
        if (!ticks) return std::nullopt;
        time.total += *ticks;
        const bool waiting = field == 3 || field == 4;
        if (!waiting) time.busy += *ticks;
    }
    return time;
}

/// All interfaces of /proc/net/dev but the loopback, which counts only where there is no other.
std::optional<Computer::Traffic> Computer::traffic() {
    std::array<char, 16'384> memory;
    std::string_view text = read_kernel_file("/proc/net/dev", memory);
    Traffic others, loopback;
    std::size_t other_count = 0, loopback_count = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;  // one of the two lines of titles
        std::string_view before = line.substr(0, colon);
        const bool is_loopback = next_word(before) == "lo";
        line.remove_prefix(colon + 1);
        const auto received_bytes = number_of<std::uint64_t>(next_word(line));
        for (int skipped = 0; skipped < 7; ++skipped)
            next_word(line);
        const auto sent_bytes = number_of<std::uint64_t>(next_word(line));
        if (!received_bytes || !sent_bytes) continue;
        Traffic& sum = is_loopback ? loopback : others;
        sum.received_bytes += *received_bytes;
        sum.sent_bytes += *sent_bytes;
        ++(is_loopback ? loopback_count : other_count);
    }
    if (other_count > 0) return others;
    return loopback_count > 0 ? std::optional(loopback) : std::nullopt;
}

Computer::Computer(std::string_view data_path)
    : data_path_(data_path), temperature_path_(find_cpu_temperature()) {}

std::span<const app::ReadingDescription> Computer::readings() const {
    return std::span(table).first(temperature_path_.empty() ? temperature : table.size());
}

void Computer::sample(std::uint64_t now_ms, std::span<const double>, std::span<double> values) {
    if (!before_) {
        before_ = Look{cpu_time(), traffic(), now_ms};
        const timespec pause{0, first_look_ns};
        nanosleep(&pause, nullptr);
        now_ms += first_look_ns / 1'000'000;
    }
    const Look now{cpu_time(), traffic(), now_ms};
    values[cpu] = nothing;
    if (now.cpu && before_->cpu && now.cpu->busy >= before_->cpu->busy) {
        values[cpu] = percent(now.cpu->busy - before_->cpu->busy, now.cpu->total - before_->cpu->total);
    }
    values[memory] = memory_used_percent(cgroup_);
    values[disk] = disk_used_percent(data_path_);
    values[load_average] = load_average_now();
    values[received] = values[sent] = nothing;
    const double seconds = static_cast<double>(now.now_ms - before_->now_ms) / 1'000;
    if (now.traffic && before_->traffic && seconds > 0) {
        values[received] = rate_kb_s(before_->traffic->received_bytes, now.traffic->received_bytes, seconds);
        values[sent] = rate_kb_s(before_->traffic->sent_bytes, now.traffic->sent_bytes, seconds);
    }
    if (!temperature_path_.empty()) values[temperature] = temperature_c(temperature_path_);
    before_ = now;
}

}  // namespace boardwalk::ports
