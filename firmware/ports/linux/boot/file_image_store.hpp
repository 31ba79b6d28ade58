#pragma once

#include <atomic>
#include <string>

#include "firmware/app/update/boot_record.hpp"
#include "firmware/app/update/image_store.hpp"

namespace boardwalk::ports {

/// The virtual board's firmware: two files in the data directory, beside the installed executable. The
/// executable is the boot loader: it starts first, and becomes the image that the boot record names.
class FileImageStore final : public app::ImageStore {
public:
    /// `path` is the data directory. `executable` is what this process runs.
    FileImageStore(app::Storage& storage, std::string path, std::string executable);

    /// The image that this process has to become before it serves; empty when it goes on itself. `note` is a
    /// line for the log. The time of a trial begins here, whatever the image does.
    [[nodiscard]] std::string next_executable(std::string& note);
    /// The program to become at a restart, which is always the boot loader.
    [[nodiscard]] const std::string& boot_loader() const { return loader_; }

    [[nodiscard]] std::string_view running_slot() const override { return app::to_string(running_); }
    [[nodiscard]] std::string_view spare_slot() const override { return app::to_string(record_.spare()); }
    [[nodiscard]] std::uint32_t capacity_bytes() const override { return 64U << 20; }
    [[nodiscard]] bool on_trial() const override { return on_trial_; }
    [[nodiscard]] bool erase() override;
    [[nodiscard]] bool write(std::uint32_t offset, std::string_view bytes) override;
    [[nodiscard]] bool read(std::uint32_t offset, std::span<char> bytes) override;
    [[nodiscard]] std::string_view refusal(const app::ImageHeader&) override;
    [[nodiscard]] bool choose() override;
    [[nodiscard]] bool confirm() override;

private:
    [[nodiscard]] std::string file_of(app::Slot) const;
    [[nodiscard]] std::string spare_file() const { return file_of(record_.spare()); }

    app::Storage& storage_;
    std::string path_;
    std::string loader_;
    app::Slot running_ = app::Slot::factory;
    app::BootRecord record_;
    std::atomic<bool> on_trial_ = false;  ///< a worker confirms
};

}  // namespace boardwalk::ports
