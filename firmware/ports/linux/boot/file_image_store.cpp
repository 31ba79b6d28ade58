#include "firmware/ports/linux/boot/file_image_store.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <utility>

#include "firmware/ports/linux/boot/executable.hpp"
#include "firmware/ports/linux/boot/file.hpp"
#include "firmware/ports/linux/boot/program_check.hpp"

namespace boardwalk::ports {

namespace {

/// Tells the slot's executable which one to become at a restart.
constexpr const char* loader_variable = "BOARDWALK_BOOT_LOADER";

bool same_file(const std::string& a, const std::string& b) {
    struct stat first{};
    struct stat second{};
    return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/// Another build or another version installed has another one.
std::string stamp_of(const std::string& file) {
    struct stat facts{};
    if (::stat(file.c_str(), &facts) != 0) return {};
    return std::to_string(facts.st_size) + "-" + std::to_string(facts.st_mtim.tv_sec) + "." +
           std::to_string(facts.st_mtim.tv_nsec);
}

}  // namespace

FileImageStore::FileImageStore(app::Storage& storage, std::string path, std::string executable)
    : storage_(storage), path_(std::move(path)), loader_(std::move(executable)) {
    for (const auto slot : {app::Slot::a, app::Slot::b}) {
        if (same_file(loader_, file_of(slot))) running_ = slot;
    }
    const char* loader = std::getenv(loader_variable);
    if (running_ != app::Slot::factory && loader != nullptr) loader_ = loader;
    record_ = app::BootRecord::load(storage_, stamp_of(loader_));
    on_trial_ = running_ != app::Slot::factory && record_.trial == running_;
}

std::string FileImageStore::file_of(app::Slot slot) const {
    return path_ + "/firmware-" + static_cast<char>(slot);
}

std::string FileImageStore::next_executable(std::string& note) {
    if (running_ != app::Slot::factory) return {};
    stop_watching_trial();  // of an image that was restarted before it confirmed itself
    const auto choice = record_.choose_start();
    if (choice.rolled_back)
        note = "the firmware that was tried did not confirm itself: back to the one before";
    const bool stored = !choice.changed || record_.store(storage_);
    const auto slot = stored ? choice.slot : record_.active;
    if (slot == app::Slot::factory) return {};
    if (::access(file_of(slot).c_str(), X_OK) != 0) {
        note = "the firmware that was confirmed is gone: the one that was installed runs";
        return {};
    }
    ::setenv(loader_variable, loader_.c_str(), 1);
    if (slot == record_.trial) limit_trial(limits::trial_s_max);
    return file_of(slot);
}

bool FileImageStore::erase() {
    if (record_.trial != app::Slot::factory) {
        auto record = record_;
        record.trial = app::Slot::factory;
        record.tried = false;
        if (!record.store(storage_)) return false;
        record_ = record;
    }
    return File(spare_file(), O_WRONLY | O_CREAT | O_TRUNC).get() >= 0;
}

bool FileImageStore::write(std::uint32_t offset, std::string_view bytes) {
    return File(spare_file(), O_WRONLY).write(offset, bytes);
}

bool FileImageStore::read(std::uint32_t offset, std::span<char> bytes) {
    return File(spare_file(), O_RDONLY).read(offset, bytes);
}

std::string_view FileImageStore::refusal(const app::ImageHeader& header) {
    return refusal_of_program(spare_file(), header.model.view(), header.version.view());
}

bool FileImageStore::choose() {
    {
        const File file(spare_file(), O_RDONLY);
        const File directory(path_, O_RDONLY | O_DIRECTORY);
        if (file.get() < 0 || ::fsync(file.get()) != 0 || ::fsync(directory.get()) != 0) return false;
    }
    auto chosen = record_;
    chosen.trial = record_.spare();
    chosen.tried = false;
    if (!chosen.store(storage_)) return false;
    record_ = chosen;
    return true;
}

bool FileImageStore::confirm() {
    auto confirmed = record_;
    confirmed.active = running_;
    confirmed.trial = app::Slot::factory;
    confirmed.tried = false;
    if (!confirmed.store(storage_)) return false;
    record_ = confirmed;
    on_trial_ = false;
    stop_watching_trial();
    return true;
}

}  // namespace boardwalk::ports
