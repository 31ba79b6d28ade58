#include "firmware/ports/mps2/boot/flash_image_store.hpp"

#include "firmware/limits.hpp"
#include "firmware/ports/mps2/boot/image_description.hpp"

namespace boardwalk::ports {

static_assert(limits::piece_bytes == Flash::sector_bytes, "a piece of an upload is erased as one sector");

FlashImageStore::FlashImageStore(Flash& flash, app::Storage& files, std::string_view factory_stamp,
                                 const Start& start, void (*on_confirmed)())
    : flash_(flash),
      files_(files),
      start_(start),
      on_confirmed_(on_confirmed),
      record_(app::BootRecord::load(files, factory_stamp)) {}

bool FlashImageStore::keep(const app::BootRecord& record) {
    if (!record.store(files_)) return false;
    record_ = record;
    return true;
}

bool FlashImageStore::erase() {
    fit_ = {};
    auto record = record_;
    record.trial = app::Slot::factory;
    record.tried = false;
    if (record_.trial != app::Slot::factory && !keep(record)) return false;
    return spare().clear();
}

std::string_view FlashImageStore::refusal(const app::ImageHeader& header) {
    std::array<char, ImageDescription::end_at> begin;
    const bool there = header.payload_bytes >= begin.size() && read(0, begin);
    const auto description =
        there ? ImageDescription::read({begin.data(), begin.size()}) : std::optional<ImageDescription>();
    if (!description || description->payload_bytes != header.payload_bytes)
        return "The payload is no whole firmware of this machine: boardwalk-mps2.bin is.";
    if (!(description->version == header.version))
        return "The payload is another version than the image's header names.";
    fit_ = header;
    return {};
}

bool FlashImageStore::choose() {
    auto record = record_;
    record.trial = record_.spare();
    record.tried = false;
    return fit_.payload_bytes > 0 && spare().seal(fit_) && keep(record);
}

bool FlashImageStore::confirm() {
    auto record = record_;
    record.active = start_.slot;
    record.trial = app::Slot::factory;
    record.tried = false;
    if (!keep(record)) return false;
    start_.on_trial = false;
    on_confirmed_();
    return true;
}

}  // namespace boardwalk::ports
