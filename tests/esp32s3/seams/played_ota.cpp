#include <esp_image_format.h>
#include <esp_ota_ops.h>
#include <esp_system.h>
#include <esp_timer.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/ports/esp32s3/boardwalk/ota_image_store.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"

/// Two OTA slots, `otadata` and the boot loader as ESP-IDF 5.3 documents them ("Over The Air Updates",
/// "App rollback"), with CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE and without a factory slot:
/// - the boot loader starts the slot of the newest valid entry of `otadata`, and `ota_0` when there is none;
/// - a choice is a new entry; its image is on trial at its first start and given up at the second;
/// - an image is verified before it is chosen, and again before it starts.
/// The image is simplified: its first byte, the description at its place, and one checksum at its end.
namespace {

constexpr std::size_t slot_bytes = 3 << 20, sector_bytes = 4'096, description_at = 32, version_at = 16;
constexpr esp_err_t failed = -1, invalid_argument = 0x102, not_found = 0x105, not_aligned = 0x104,
                    validate_failed = 0x1503, image_invalid = 0x2002;
constexpr std::string_view image_magic = "\xe9", description_magic("\x32\x54\xcd\xab", 4);

enum class State : std::uint8_t { fresh, pending, valid, aborted };
struct Entry {
    std::uint32_t sequence = 0;
    State state = State::aborted;
};

struct Chip {
    std::array<esp_partition_t, 2> slots = {{{.address = 0x20000, .size = slot_bytes, .label = "ota_0"},
                                             {.address = 0x320000, .size = slot_bytes, .label = "ota_1"}}};
    std::array<std::string, 2> flash = {std::string(slot_bytes, '\xff'), std::string(slot_bytes, '\xff')};
    std::array<Entry, 2> entries{};
    std::size_t running = 0;
    std::function<void()> end_trial{};

    [[nodiscard]] std::size_t index(const esp_partition_t* slot) const {
        return static_cast<std::size_t>(slot - slots.data());
    }
    [[nodiscard]] std::size_t slot_of(const Entry& entry) const { return (entry.sequence - 1) % 2; }
    Entry* active() {
        Entry* newest = nullptr;
        for (auto& entry : entries) {
            if (entry.state != State::aborted && (newest == nullptr || entry.sequence > newest->sequence))
                newest = &entry;
        }
        return newest;
    }
    [[nodiscard]] std::size_t next() {
        const auto* const entry = active();
        return entry == nullptr ? 0 : slot_of(*entry);
    }
    void choose(std::size_t slot) {
        auto* const entry = active();
        std::uint32_t sequence = entry == nullptr ? 1 : entry->sequence + 1;
        while ((sequence - 1) % 2 != slot)
            ++sequence;
        auto& other = entry == &entries[0] ? entries[1] : entries[0];
        other = {.sequence = sequence, .state = State::fresh};
    }
    [[nodiscard]] bool is_image(std::size_t slot) const {
        const auto& bytes = flash[slot];
        const auto end = bytes.find_last_not_of('\xff');
        return bytes.starts_with(image_magic) && end != std::string::npos &&
               std::accumulate(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end), 0U,
                               [](unsigned sum, char c) {
                                   return (sum + static_cast<unsigned char>(c)) % 251;
                               }) == static_cast<unsigned char>(bytes[end]);
    }
    void start() {
        end_trial = nullptr;
        for (auto* entry = active(); entry != nullptr; entry = active()) {
            const bool was_started = entry->state == State::pending;
            if (!was_started && is_image(slot_of(*entry))) break;
            entry->state = State::aborted;
        }
        if (auto* const entry = active(); entry != nullptr && entry->state == State::fresh)
            entry->state = State::pending;
        running = next();
    }
};

std::optional<Chip> chip;

bool lies_within(const esp_partition_t* slot, std::size_t offset, std::size_t size) {
    return offset <= slot->size && size <= slot->size - offset;
}

}  // namespace

struct esp_timer {
    esp_timer_create_args_t arguments;
};
static std::vector<std::unique_ptr<esp_timer>> timers;  // no port deletes one

extern "C" {

const esp_partition_t* esp_ota_get_running_partition(void) { return &chip->slots[chip->running]; }
const esp_partition_t* esp_ota_get_boot_partition(void) { return &chip->slots[chip->next()]; }
const esp_partition_t* esp_ota_get_next_update_partition(const esp_partition_t*) {
    return &chip->slots[1 - chip->running];
}

esp_err_t esp_ota_set_boot_partition(const esp_partition_t* slot) {
    if (!chip->is_image(chip->index(slot))) return validate_failed;
    chip->choose(chip->index(slot));
    return ESP_OK;
}

esp_err_t esp_ota_get_state_partition(const esp_partition_t* slot, esp_ota_img_states_t* state) {
    for (const auto& entry : chip->entries) {
        if (entry.sequence == 0 || entry.state == State::aborted) continue;
        if (chip->slot_of(entry) != chip->index(slot)) continue;
        *state = entry.state == State::fresh     ? ESP_OTA_IMG_NEW
                 : entry.state == State::pending ? ESP_OTA_IMG_PENDING_VERIFY
                                                 : ESP_OTA_IMG_VALID;
        return ESP_OK;
    }
    return not_found;
}

esp_err_t esp_ota_mark_app_valid_cancel_rollback(void) {
    auto* const entry = chip->active();
    if (entry == nullptr) return failed;
    entry->state = State::valid;
    return ESP_OK;
}

esp_err_t esp_ota_get_partition_description(const esp_partition_t* slot, esp_app_desc_t* description) {
    const auto text = std::string_view(chip->flash[chip->index(slot)]).substr(description_at);
    if (!text.starts_with(description_magic)) return not_found;
    std::memcpy(description->version, text.data() + version_at, sizeof description->version);
    return ESP_OK;
}

esp_err_t esp_image_verify(esp_image_load_mode_t, const esp_partition_pos_t* place, esp_image_metadata_t*) {
    const auto& slots = chip->slots;
    const auto slot = std::ranges::find(slots, place->offset, &esp_partition_t::address);
    if (slot == slots.end()) return invalid_argument;
    return chip->is_image(static_cast<std::size_t>(slot - slots.begin())) ? ESP_OK : image_invalid;
}

esp_err_t esp_partition_read(const esp_partition_t* slot, size_t offset, void* bytes, size_t size) {
    if (!lies_within(slot, offset, size)) return invalid_argument;
    std::memcpy(bytes, chip->flash[chip->index(slot)].data() + offset, size);
    return ESP_OK;
}

/// Flash turns ones into zeros only.
esp_err_t esp_partition_write(const esp_partition_t* slot, size_t offset, const void* bytes, size_t size) {
    if (!lies_within(slot, offset, size)) return invalid_argument;
    auto& flash = chip->flash[chip->index(slot)];
    for (std::size_t i = 0; i < size; ++i)
        flash[offset + i] = static_cast<char>(flash[offset + i] & static_cast<const char*>(bytes)[i]);
    return ESP_OK;
}

esp_err_t esp_partition_erase_range(const esp_partition_t* slot, size_t offset, size_t size) {
    if (offset % sector_bytes != 0 || size % sector_bytes != 0) return not_aligned;
    if (!lies_within(slot, offset, size)) return invalid_argument;
    std::fill_n(chip->flash[chip->index(slot)].begin() + static_cast<std::ptrdiff_t>(offset), size, '\xff');
    return ESP_OK;
}

esp_err_t esp_timer_create(const esp_timer_create_args_t* arguments, esp_timer_handle_t* timer) {
    *timer = timers.emplace_back(std::make_unique<esp_timer>(esp_timer{*arguments})).get();
    return ESP_OK;
}
esp_err_t esp_timer_start_once(esp_timer_handle_t timer, uint64_t) {
    chip->end_trial = [timer] { timer->arguments.callback(timer->arguments.arg); };
    return ESP_OK;
}
esp_err_t esp_timer_stop(esp_timer_handle_t) {
    chip->end_trial = nullptr;
    return ESP_OK;
}

void esp_restart(void) { throw boardwalk::test::Restarted{}; }

}  // extern "C"

namespace boardwalk::test {

void deliver_chip() {
    chip.emplace();
    const auto image = esp_image("0.0.1");
    std::ranges::copy(image, chip->flash[0].begin());
}

void start_chip() { chip->start(); }

std::unique_ptr<app::ImageStore> open_ota() {
    auto store = std::make_unique<ports::OtaImageStore>();
    if (!store->open()) return nullptr;
    return store;
}

std::string esp_image(std::string_view version) {
    std::string bytes(3 * sector_bytes + 17, '\x11');
    bytes.replace(0, image_magic.size(), image_magic);
    bytes.replace(description_at, description_magic.size(), description_magic);
    std::string name(version);
    name.resize(sizeof esp_app_desc_t::version);
    bytes.replace(description_at + version_at, name.size(), name);
    const auto sum = std::accumulate(bytes.begin(), bytes.end(), 0U, [](unsigned total, char c) {
        return (total + static_cast<unsigned char>(c)) % 251;
    });
    return bytes + static_cast<char>(sum);
}

bool trial_is_watched() { return chip->end_trial != nullptr; }
void end_trial() { chip->end_trial(); }

}  // namespace boardwalk::test
