#include "firmware/ports/linux/computer/linux_platform.hpp"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "firmware/core/text_writer.hpp"
#include "firmware/limits.hpp"
#include "firmware/ports/linux/computer/kernel_file.hpp"

namespace boardwalk::ports {

namespace {

std::int64_t milliseconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

}  // namespace

LinuxPlatform::LinuxPlatform(app::LogLevel least) : least_(least), console_(STDERR_FILENO) {}

std::uint64_t LinuxPlatform::now_ms() const {
    return static_cast<std::uint64_t>(milliseconds_of(CLOCK_MONOTONIC));
}

std::optional<std::int64_t> LinuxPlatform::utc_ms() const { return milliseconds_of(CLOCK_REALTIME); }

void LinuxPlatform::random(std::span<std::uint8_t> bytes) {
    // Up to 256 bytes come whole (getrandom(2)).
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
}

/// A computer's heap has no size of its own. As free counts the memory that this process could still get, in
/// a container at most what its limit leaves. Read at most once a second; procfs does not block.
app::Platform::Heap LinuxPlatform::heap() const {
    const std::uint64_t now = now_ms();
    if (heap_.free_bytes && now - heap_read_ms_ < 1'000) return heap_;
    std::array<char, 512> memory;
    const auto kilobytes = number_after(read_kernel_file("/proc/meminfo", memory), "MemAvailable:");
    heap_read_ms_ = now;
    heap_.free_bytes = kilobytes ? std::optional(*kilobytes * 1'024) : std::nullopt;
    if (const auto use = cgroup_.read())
        heap_.free_bytes = std::min(use->free_bytes(), heap_.free_bytes.value_or(use->free_bytes()));
    if (heap_.free_bytes)
        heap_.minimum_free_bytes =
            std::min(*heap_.free_bytes, heap_.minimum_free_bytes.value_or(*heap_.free_bytes));
    return heap_;
}

FixedString<limits::host_name_bytes_max> LinuxPlatform::host_name() const {
    std::array<char, limits::host_name_bytes_max + 1> name{};
    if (::gethostname(name.data(), name.size()) != 0) return {};
    return cut(std::string_view(name.data()));
}

void LinuxPlatform::log(app::LogLevel level, std::string_view text) {
    constexpr std::string_view from = "boardwalk-board: ";
    constexpr std::size_t longest_level = 9;  // "warning: "
    static_assert(from.size() + longest_level + limits::log_text_bytes_max + 1 <=
                  limits::console_line_bytes_max);
    if (level < least_) return;
    std::array<char, limits::console_line_bytes_max> line;
    TextWriter out(line);
    out.append(from);
    if (level >= app::LogLevel::warning) {
        out.append(protocol::to_string(level));
        out.append(": ");
    }
    out.append(text);
    out.append('\n');
    console_.write(out.view());
}

void LinuxPlatform::print(std::string_view text) {
    std::array<char, limits::console_line_bytes_max> line;
    TextWriter out(line);
    out.append(text);
    out.append('\n');
    console_.write(out.view());
}

}  // namespace boardwalk::ports
