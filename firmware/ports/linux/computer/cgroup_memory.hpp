#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace boardwalk::ports {

/// The memory that the control groups of this process leave it (cgroups(7), versions 1 and 2). In a container
/// the computer's own figures do not tell how much the process may have.
class CgroupMemory {
public:
    /// `root` is a folder that holds `proc` and `sys`; empty except in tests.
    explicit CgroupMemory(const std::string& root = {});

    struct Use {
        std::uint64_t limit_bytes = 0;
        std::uint64_t used_bytes = 0;  ///< without file pages that the kernel drops when memory is short
        [[nodiscard]] std::uint64_t free_bytes() const {
            return limit_bytes > used_bytes ? limit_bytes - used_bytes : 0;
        }
    };
    /// Limit and use of the group that leaves the least memory, among this process' own and those above it;
    /// nothing where none has a limit. Takes no heap.
    [[nodiscard]] std::optional<Use> read() const;

private:
    struct Group {
        std::string limit_path, usage_path, details_path;
    };
    void add_groups(const std::string& mount, std::string path, bool version_2);

    std::vector<Group> groups_;
    const char* droppable_ = "";  ///< the word in front of the pages that can be dropped
};

}  // namespace boardwalk::ports
