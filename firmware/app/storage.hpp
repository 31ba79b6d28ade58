#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/limits.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

/// True for a name that every port can keep a file under.
[[nodiscard]] constexpr bool is_storage_name(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz.-";
    return !name.empty() && name.size() <= limits::storage_name_bytes_max &&
           name.find_first_not_of(letters) == std::string_view::npos;
}

/// Small files that survive a restart. Implemented by each port; what follows is asked of each by
/// tests/contract/seams.
///
/// - Names are ours, constants for which `is_storage_name` is true. Contents have 1 byte to
///   limits::storage_file_bytes_max, of any value.
/// - All calls may block. `read` and `set_aside` are called at the start alone, by the thread that is the
///   loop's later, while no worker runs.
/// - `write` is called at the start, and from then on by workers: two of them at once for two files, never
///   two for one file.
/// - A power cut at any moment leaves each file with its old content or its new one.
class Storage {
public:
    virtual ~Storage() = default;

    enum class Found : std::uint8_t { yes, no, unreadable };
    /// Reads a whole file into `memory`, and tells its size. `unreadable` also when it is larger than that;
    /// `size` means something after `yes` alone.
    virtual Found read(std::string_view name, std::span<char> memory, std::size_t& size) = 0;

    /// Replaces a file: after true it is on the medium, after false the old content still is.
    [[nodiscard]] virtual bool write(std::string_view name, std::string_view content) = 0;

    /// Keeps a file that makes no sense under another name, which is returned for people to read; empty when
    /// that failed. The file itself may be written anew from then on.
    virtual FixedString<64> set_aside(std::string_view name) = 0;
};

}  // namespace boardwalk::app
