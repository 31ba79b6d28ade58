#include "firmware/app/update/boot_record.hpp"

#include <array>

#include "firmware/core/text_writer.hpp"

namespace boardwalk::app {

namespace {

constexpr std::string_view begin = "boot 1 ";  // then: active, trial, tried, space, stamp

bool is_slot(char c) { return c == '-' || c == 'a' || c == 'b'; }

}  // namespace

std::string_view to_string(Slot slot) {
    switch (slot) {
        case Slot::a: return "a";
        case Slot::b: return "b";
        case Slot::factory: break;
    }
    return "factory";
}

BootRecord BootRecord::load(Storage& storage, std::string_view factory_stamp) {
    std::array<char, 96> memory;
    std::size_t size = 0;
    BootRecord record;
    record.factory_stamp = cut(factory_stamp);
    if (storage.read(file_name, memory, size) != Storage::Found::yes) return record;
    std::string_view text(memory.data(), size);
    if (!text.starts_with(begin)) return record;
    text.remove_prefix(begin.size());
    if (text.size() < 4 || !is_slot(text[0]) || !is_slot(text[1]) || text.substr(4) != factory_stamp)
        return record;
    record.active = static_cast<Slot>(text[0]);
    record.trial = static_cast<Slot>(text[1]);
    record.tried = text[2] == '1';
    return record;
}

bool BootRecord::store(Storage& storage) const {
    std::array<char, 96> memory;
    TextWriter out(memory);
    out.append(begin);
    out.append(static_cast<char>(active));
    out.append(static_cast<char>(trial));
    out.append(tried ? '1' : '0');
    out.append(' ');
    out.append(factory_stamp.view());
    return storage.write(file_name, out.view());
}

BootRecord::Choice BootRecord::choose_start() {
    if (trial == Slot::factory) return {.slot = active};
    if (!tried) {
        tried = true;
        return {.slot = trial, .changed = true};
    }
    trial = Slot::factory;  // it ran, and did not confirm itself
    tried = false;
    return {.slot = active, .changed = true, .rolled_back = true};
}

}  // namespace boardwalk::app
