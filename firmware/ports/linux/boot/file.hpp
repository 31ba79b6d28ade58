#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace boardwalk::ports {

/// A file of the boot folder; closes with the block. Blocks for as long as the disk does.
class File {
public:
    File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0700)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int get() const { return descriptor_; }

    // Reads or writes all of the bytes. Returns false when the file has fewer, or the disk failed.

    [[nodiscard]] bool read(std::uint64_t offset, std::span<char> bytes) const {
        return move_all(bytes.size(), [&](std::size_t done, std::size_t size) {
            return ::pread(descriptor_, bytes.data() + done, size, static_cast<off_t>(offset + done));
        });
    }
    [[nodiscard]] bool write(std::uint64_t offset, std::string_view bytes) const {
        return move_all(bytes.size(), [&](std::size_t done, std::size_t size) {
            return ::pwrite(descriptor_, bytes.data() + done, size, static_cast<off_t>(offset + done));
        });
    }

private:
    template <class Move>
    [[nodiscard]] bool move_all(std::size_t size, Move move) const {
        if (descriptor_ < 0) return false;
        for (std::size_t done = 0; done < size;) {
            const ssize_t moved = move(done, size - done);
            if (moved < 0 && errno == EINTR) continue;
            if (moved <= 0) return false;
            done += static_cast<std::size_t>(moved);
        }
        return true;
    }

    int descriptor_;
};

}  // namespace boardwalk::ports
