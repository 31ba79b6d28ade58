#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/core/fixed_string.hpp"

namespace boardwalk::app {

/// Small files that survive a restart. Names are ours: `[a-z.-]`, at most 24 bytes.
class Storage {
public:
    virtual ~Storage() = default;

    enum class Found : std::uint8_t { yes, no, unreadable };
    /// Reads a whole file; `unreadable` also when it is larger than `memory`. May block: only at start.
    virtual Found read(std::string_view name, std::span<char> memory, std::size_t& size) = 0;

    /// Replaces a file: after true it is on the medium, after false the old content still is. May block.
    [[nodiscard]] virtual bool write(std::string_view name, std::string_view content) = 0;

    /// Keeps a file that makes no sense under another name, which is returned; empty when that failed.
    /// May block: only at start.
    virtual FixedString<64> set_aside(std::string_view name) = 0;
};

}  // namespace boardwalk::app
