#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Calls to QEMU through a breakpoint ("Semihosting for AArch32 and AArch64", ARM): the way out of the
/// machine, and its flash, which is a file of this computer's.
namespace boardwalk::mps2::semihosting {

[[noreturn]] void exit(int code);

/// What QEMU was told with `-semihosting-config arg=…`, all of it, separated by spaces.
[[nodiscard]] std::string_view command_line(std::span<char> memory);

/// A file; both ways, created when it is not there.
class File {
public:
    /// `path` ends with a zero.
    explicit File(const char* path);
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File();

    [[nodiscard]] bool is_open() const { return handle_ >= 0; }
    [[nodiscard]] std::optional<std::size_t> size() const;
    /// Returns false when not all bytes were moved.
    [[nodiscard]] bool read(std::size_t offset, std::span<char> bytes) const;
    [[nodiscard]] bool write(std::size_t offset, std::string_view bytes) const;

private:
    int handle_;
};

/// Unpredictable bytes from this computer's own source. Returns false when it has none.
[[nodiscard]] bool random(std::span<std::uint8_t> bytes);

}  // namespace boardwalk::mps2::semihosting
