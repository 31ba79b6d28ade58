#pragma once

#include <esp_partition.h>
#include <esp_timer.h>

#include <atomic>

#include "firmware/app/update/image_store.hpp"

namespace boardwalk::ports {

/// The two OTA slots of the flash. ESP-IDF's boot loader is the one that goes back: with
/// CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE an image that did not confirm itself does not start again.
class OtaImageStore final : public app::ImageStore {
public:
    OtaImageStore() = default;
    OtaImageStore(const OtaImageStore&) = delete;
    OtaImageStore& operator=(const OtaImageStore&) = delete;

    /// To be called once, before the application starts. From here on an image on trial has
    /// limits::trial_s_max. Returns false when the partition table has no second slot.
    [[nodiscard]] bool open();

    [[nodiscard]] std::string_view running_slot() const override;
    [[nodiscard]] std::string_view spare_slot() const override { return spare_->label; }
    [[nodiscard]] std::uint32_t capacity_bytes() const override { return spare_->size; }
    [[nodiscard]] bool on_trial() const override { return on_trial_; }
    [[nodiscard]] bool erase() override;
    [[nodiscard]] bool write(std::uint32_t offset, std::string_view bytes) override;
    [[nodiscard]] bool read(std::uint32_t offset, std::span<char> bytes) override;
    [[nodiscard]] std::string_view refusal(const app::ImageHeader&) override;
    [[nodiscard]] bool choose() override;
    [[nodiscard]] bool confirm() override;

private:
    void watch_trial();

    const esp_partition_t* spare_ = nullptr;
    esp_timer_handle_t trial_timer_ = nullptr;
    std::atomic<bool> on_trial_ = false;  ///< a worker confirms
};

}  // namespace boardwalk::ports
