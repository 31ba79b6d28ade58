#include "firmware/ports/linux/computer/cgroup_memory.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "firmware/ports/linux/computer/kernel_file.hpp"

namespace boardwalk::ports {

namespace {

/// Version 1 writes "no limit" as the greatest multiple of a page.
constexpr std::uint64_t no_limit_bytes = std::uint64_t{1} << 62;

/// A file that holds one number; nothing for the word "max" of version 2.
std::optional<std::uint64_t> number_in(const std::string& path) {
    std::array<char, 64> memory;
    std::string_view text = read_kernel_file(path.c_str(), memory);
    return number_of<std::uint64_t>(next_word(text));
}

/// The number on the line that begins with `word`.
std::optional<std::uint64_t> number_on_line(const std::string& path, std::string_view word) {
    std::array<char, 4'096> memory;
    std::string_view text = read_kernel_file(path.c_str(), memory);
    while (!text.empty()) {
        const auto name = next_word(text);
        const auto number = number_of<std::uint64_t>(next_word(text));
        if (name == word) return number;
    }
    return std::nullopt;
}

bool can_be_read(const std::string& path) {
    std::array<char, 1> memory;
    return !read_kernel_file(path.c_str(), memory).empty();
}

bool names_memory(std::string_view controllers) {
    while (!controllers.empty()) {
        const auto comma = controllers.find(',');
        if (controllers.substr(0, comma) == "memory") return true;
        controllers.remove_prefix(comma == std::string_view::npos ? controllers.size() : comma + 1);
    }
    return false;
}

}  // namespace

/// /proc/self/cgroup has a line `number:controllers:path` for each hierarchy; version 2's number is 0. Where
/// the memory controller is version 1's, that of version 2 has no limits.
CgroupMemory::CgroupMemory(const std::string& root) {
    std::array<char, 4'096> memory;
    std::string_view text = read_kernel_file((root + "/proc/self/cgroup").c_str(), memory);
    std::optional<std::string> path_1, path_2;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto first = line.find(':');
        const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos) continue;
        if (line.substr(0, second) == "0:") path_2 = line.substr(second + 1);
        if (names_memory(line.substr(first + 1, second - first - 1))) path_1 = line.substr(second + 1);
    }
    if (path_1) add_groups(root + "/sys/fs/cgroup/memory", *path_1, false);
    if (path_2 && groups_.empty()) add_groups(root + "/sys/fs/cgroup", *path_2, true);
}

/// The process' own group, then those above it. A container may see the host's path although its own mount
/// shows only the last part; then the mount itself is the group.
void CgroupMemory::add_groups(const std::string& mount, std::string path, bool version_2) {
    droppable_ = version_2 ? "inactive_file" : "total_inactive_file";
    while (true) {
        if (path == "/") path.clear();
        const auto folder = mount + path + "/";
        Group group{.limit_path = folder + (version_2 ? "memory.max" : "memory.limit_in_bytes"),
                    .usage_path = folder + (version_2 ? "memory.current" : "memory.usage_in_bytes"),
                    .details_path = folder + "memory.stat"};
        if (can_be_read(group.limit_path)) groups_.push_back(std::move(group));
        if (path.empty()) return;
        path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
}

std::optional<CgroupMemory::Use> CgroupMemory::read() const {
    std::optional<Use> tightest;
    for (const Group& group : groups_) {
        const auto limit = number_in(group.limit_path);
        const auto usage = number_in(group.usage_path);
        if (!limit || !usage || *limit >= no_limit_bytes) continue;
        const auto droppable = number_on_line(group.details_path, droppable_).value_or(0);
        const Use use{*limit, *usage - std::min(droppable, *usage)};
        if (!tightest || use.free_bytes() < tightest->free_bytes()) tightest = use;
    }
    return tightest;
}

}  // namespace boardwalk::ports
