#include "firmware/ports/esp32s3/boardwalk/ota_image_store.hpp"

#include <esp_app_desc.h>
#include <esp_image_format.h>
#include <esp_ota_ops.h>
#include <esp_system.h>

#include <cstring>

#include "firmware/limits.hpp"

namespace boardwalk::ports {

namespace {

constexpr std::size_t sector_bytes = 4'096;
static_assert(limits::piece_bytes == sector_bytes, "an upload's piece is erased and written as one sector");

}  // namespace

bool OtaImageStore::open() {
    spare_ = esp_ota_get_next_update_partition(nullptr);
    esp_ota_img_states_t state{};
    on_trial_ = esp_ota_get_state_partition(esp_ota_get_running_partition(), &state) == ESP_OK &&
                state == ESP_OTA_IMG_PENDING_VERIFY;
    if (on_trial_) watch_trial();
    return spare_ != nullptr;
}

std::string_view OtaImageStore::running_slot() const { return esp_ota_get_running_partition()->label; }

/// An image that was started and did not confirm itself is given up by the boot loader at the next start: one
/// that hangs is brought there.
void OtaImageStore::watch_trial() {
    const auto end_trial = [](void* store) {
        if (static_cast<OtaImageStore*>(store)->on_trial()) esp_restart();
    };
    const esp_timer_create_args_t timer = {.callback = end_trial,
                                           .arg = this,
                                           .dispatch_method = ESP_TIMER_TASK,
                                           .name = "trial",
                                           .skip_unhandled_events = true};
    if (esp_timer_create(&timer, &trial_timer_) == ESP_OK)
        (void)esp_timer_start_once(trial_timer_, std::uint64_t{limits::trial_s_max} * 1'000'000);
}

/// The boot loader starts no image whose first sector is empty.
bool OtaImageStore::erase() {
    // Chosen before and not started: the running one is chosen again, and has not to confirm itself again.
    if (esp_ota_get_boot_partition() == spare_ &&
        (esp_ota_set_boot_partition(esp_ota_get_running_partition()) != ESP_OK ||
         esp_ota_mark_app_valid_cancel_rollback() != ESP_OK))
        return false;
    return esp_partition_erase_range(spare_, 0, sector_bytes) == ESP_OK;
}

bool OtaImageStore::write(std::uint32_t offset, std::string_view bytes) {
    return esp_partition_erase_range(spare_, offset, sector_bytes) == ESP_OK &&
           esp_partition_write(spare_, offset, bytes.data(), bytes.size()) == ESP_OK;
}

bool OtaImageStore::read(std::uint32_t offset, std::span<char> bytes) {
    return esp_partition_read(spare_, offset, bytes.data(), bytes.size()) == ESP_OK;
}

/// Chip, segments, checksum and hash are looked at as the boot loader will do it; the version is what the
/// upload says.
std::string_view OtaImageStore::refusal(const app::ImageHeader& header) {
    const esp_partition_pos_t place = {.offset = spare_->address, .size = spare_->size};
    esp_image_metadata_t image{};
    if (esp_image_verify(ESP_IMAGE_VERIFY_SILENT, &place, &image) != ESP_OK)
        return "The payload is no image that the boot loader starts.";
    esp_app_desc_t description{};
    if (esp_ota_get_partition_description(spare_, &description) != ESP_OK)
        return "The payload is no firmware that ESP-IDF made.";
    const std::string_view version(description.version,
                                   strnlen(description.version, sizeof description.version));
    return header.version == version ? std::string_view()
                                     : "The payload is another version than the image's header names.";
}

bool OtaImageStore::choose() { return esp_ota_set_boot_partition(spare_) == ESP_OK; }

bool OtaImageStore::confirm() {
    if (esp_ota_mark_app_valid_cancel_rollback() != ESP_OK) return false;
    on_trial_ = false;
    if (trial_timer_ != nullptr) (void)esp_timer_stop(trial_timer_);
    return true;
}

}  // namespace boardwalk::ports
