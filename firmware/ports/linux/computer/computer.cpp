#include "firmware/ports/linux/computer/computer.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <limits>

#include "firmware/ports/linux/computer/kernel_file.hpp"

namespace boardwalk::ports {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view group = "This computer";

enum Index : std::size_t { cpu, load_average, received, sent };
constexpr std::array<app::ReadingDescription, 4> table = {{
    {"cpu_load", "CPU load", group, "load", "%", 0, 100, 1},
    {"load_average", "Load average", group, "load", "", 0, 16, 2},
    {"network_received", "Network received", group, "network", "kB/s", 0, 1'000, 1},
    {"network_sent", "Network sent", group, "network", "kB/s", 0, 1'000, 1},
}};

/// The kernel counts a processor's time in hundredths of a second.
constexpr long first_look_ns = 50'000'000;

double percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? nothing : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
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

/// Load and rates are differences, so the first look is taken here.
Computer::Computer() : before_{cpu_time(), traffic(), std::nullopt} {
    const timespec pause{0, first_look_ns};
    nanosleep(&pause, nullptr);
}

std::span<const app::ReadingDescription> Computer::readings() const { return table; }

void Computer::sample(std::uint64_t now_ms, std::span<const double>, std::span<double> values) {
    const Look now{cpu_time(), traffic(), now_ms};
    values[cpu] = nothing;
    if (now.cpu && before_.cpu && now.cpu->busy >= before_.cpu->busy) {
        values[cpu] = percent(now.cpu->busy - before_.cpu->busy, now.cpu->total - before_.cpu->total);
    }
    values[load_average] = load_average_now();
    values[received] = values[sent] = nothing;
    const double seconds = before_.now_ms ? static_cast<double>(now_ms - *before_.now_ms) / 1'000
                                          : static_cast<double>(first_look_ns) / 1e9;
    if (now.traffic && before_.traffic && seconds > 0) {
        values[received] = rate_kb_s(before_.traffic->received_bytes, now.traffic->received_bytes, seconds);
        values[sent] = rate_kb_s(before_.traffic->sent_bytes, now.traffic->sent_bytes, seconds);
    }
    before_ = now;
}

}  // namespace boardwalk::ports
