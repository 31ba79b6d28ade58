#include "firmware/ports/mps2/boot/start.hpp"

#include "firmware/ports/mps2/boot/image_slot.hpp"
#include "firmware/ports/mps2/storage/flash_files.hpp"

namespace boardwalk::ports {

std::uint32_t Start::word() const {
    return static_cast<std::uint32_t>(slot) | std::uint32_t{on_trial} << 8 |
           static_cast<std::uint32_t>(note) << 16;
}

Start Start::from_word(std::uint32_t word) {
    return {.slot = static_cast<app::Slot>(word & 0xFF),
            .on_trial = (word >> 8 & 1) != 0,
            .note = static_cast<Note>(word >> 16 & 0xFF)};
}

std::string_view Start::text() const {
    switch (note) {
        case Note::none: break;
        case Note::rolled_back:
            return "the firmware that was tried did not confirm itself: back to the one before";
        case Note::lost:
            return "the firmware that was confirmed is damaged: the one that the board was delivered with "
                   "runs";
    }
    return {};
}

Start choose_start(Flash& flash, std::string_view factory_stamp) {
    auto part = layout::files(flash);
    FlashFiles files(part);
    auto record = app::BootRecord::load(files, factory_stamp);
    const auto startable = [&](app::Slot slot) {
        return slot == app::Slot::factory || ImageSlot(flash, slot).whole().has_value();
    };

    auto choice = record.choose_start();
    if (record.tried && !startable(choice.slot)) choice = record.choose_start();  // that was its only try
    // A trial that is not noted down would be repeated for ever.
    if (choice.changed && !record.store(files)) {
        record.tried = false;
        choice.slot = record.active;
    }
    const auto note = choice.rolled_back ? Start::Note::rolled_back : Start::Note::none;
    if (record.tried || startable(choice.slot))
        return {.slot = choice.slot, .on_trial = record.tried, .note = note};
    return {.note = Start::Note::lost};
}

bool load(Flash& flash, app::Slot slot, std::span<char> memory) {
    ImageSlot from(flash, slot);
    const auto size = from.sealed();
    return size && *size <= memory.size() && from.read(0, memory.first(*size));
}

}  // namespace boardwalk::ports
