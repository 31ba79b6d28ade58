#include "firmware/ports/linux/storage/data_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "firmware/core/text_writer.hpp"

namespace boardwalk::ports {

namespace {

/// A file's name with an ending, terminated by zero, on the stack.
class FileName {
public:
    explicit FileName(std::string_view name, std::string_view ending = {}) {
        TextWriter out({text_.data(), text_.size() - 1});
        out.append(name);
        out.append(ending);
    }
    [[nodiscard]] const char* c_str() const { return text_.data(); }

private:
    std::array<char, 65> text_{};
};

/// Behind the name of a file that is kept aside; a number follows.
constexpr std::string_view aside_ending = ".corrupt-";

/// mkdir -p.
bool make_directories(const std::string& path) {
    for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
        const std::string part = path.substr(0, slash);
        if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return false;
        if (slash == std::string::npos) return true;
    }
}

bool write_all(int file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

std::string DataDirectory::default_path() {
    // The XDG Base Directory Specification says that relative values must be ignored.
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && data[0] == '/') {
        return std::string(data) + "/boardwalk-board";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') {
        return std::string(home) + "/.local/share/boardwalk-board";
    }
    return {};
}

std::optional<DataDirectory> DataDirectory::open(std::string_view wanted, std::string& error) {
    std::string path(wanted);
    const auto failed = [&](const char* what) {
        error = "data directory " + path + ": " + what;
        return std::nullopt;
    };
    if (path.empty()) return failed("no path given, and neither XDG_DATA_HOME nor HOME says one");
    if (!make_directories(path)) return failed(std::strerror(errno));
    const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return failed(std::strerror(errno));
    const int lock = openat(directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        const int reason = errno;
        ::close(directory);
        return failed(std::strerror(reason));
    }
    // The kernel releases the lock when the process ends, for whatever reason.
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        ::close(directory);
        return failed("another boardwalk-board uses it");
    }
    return DataDirectory(std::move(path), directory, lock);
}

DataDirectory::DataDirectory(std::string path, int directory, int lock)
    : path_(std::move(path)), directory_(directory), lock_(lock) {}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)),
      directory_(std::exchange(other.directory_, -1)),
      lock_(std::exchange(other.lock_, -1)) {}

DataDirectory::~DataDirectory() {
    if (lock_ >= 0) ::close(lock_);
    if (directory_ >= 0) ::close(directory_);
}

app::Storage::Found DataDirectory::read(std::string_view name, std::span<char> memory, std::size_t& size) {
    size = 0;
    const int file = openat(directory_, FileName(name).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? Found::no : Found::unreadable;
    Found found = Found::yes;
    for (;;) {
        // Reads one byte more than allowed, to recognise a file that is too large.
        char spare = 0;
        char* place = size < memory.size() ? memory.data() + size : &spare;
        const ssize_t got = ::read(file, place, size < memory.size() ? memory.size() - size : 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 || (got > 0 && place == &spare)) found = Found::unreadable;
        if (got <= 0 || place == &spare) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(file);
    return found;
}

bool DataDirectory::write(std::string_view name, std::string_view content) {
    assert(app::is_storage_name(name));
    // The new content is complete on the disk before it takes the name; the rename is on the disk before we
    // say so.
    const FileName temporary(name, ".new");
    const int file = openat(directory_, temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool stored = write_all(file, content) && fsync(file) == 0;
    stored = ::close(file) == 0 && stored;
    stored = stored && renameat(directory_, temporary.c_str(), directory_, FileName(name).c_str()) == 0;
    if (!stored) unlinkat(directory_, temporary.c_str(), 0);
    return stored && fsync(directory_) == 0;
}

void DataDirectory::remove_with_copies(std::string_view name) {
    DIR* const entries = ::opendir(path_.c_str());
    if (entries == nullptr) return;
    while (const dirent* entry = ::readdir(entries)) {
        const std::string_view file = entry->d_name;
        if (!file.starts_with(name)) continue;
        const auto ending = file.substr(name.size());
        if (ending.empty() || ending == ".new" || ending.starts_with(aside_ending))
            (void)unlinkat(directory_, entry->d_name, 0);
    }
    ::closedir(entries);
    fsync(directory_);
}

FixedString<64> DataDirectory::set_aside(std::string_view name) {
    constexpr unsigned tries = 10'000;
    for (unsigned number = 1; number < tries; ++number) {
        std::array<char, 24> ending;
        TextWriter out(ending);
        out.append(aside_ending);
        out.append_number(number);
        const FileName kept(name, out.view());
        // Never overwrites an older copy: its owner may still want that one back.
        if (renameat2(directory_, FileName(name).c_str(), directory_, kept.c_str(), RENAME_NOREPLACE) == 0) {
            fsync(directory_);
            return cut(kept.c_str());
        }
        if (errno != EEXIST) break;
    }
    return {};
}

}  // namespace boardwalk::ports
