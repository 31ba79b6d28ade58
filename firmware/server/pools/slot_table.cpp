#include "firmware/server/pools/slot_table.hpp"

#include <cassert>

namespace boardwalk::server {

/// In turn: so those that come within one turn of the loop get one each, though the loop serves one after
/// another; and an old name of a slot is long forgotten when its number comes again.
Slot* SlotTable::take() {
    if (!any_free()) return nullptr;
    const auto advance = [&] { next_ = next_ + 1 == count_ ? 0 : next_ + 1; };
    while (slots_[next_].use.is_taken)
        advance();
    auto& s = slots_[next_];
    advance();
    const auto generation = s.use.generation + 1;
    const auto busy = s.busy;
    s = Slot();
    s.use.generation = generation;
    s.busy = busy;
    s.use.is_taken = true;
    ++taken_count_;
    return &s;
}

void SlotTable::end(Slot& s) {
    assert(s.use.is_taken && !s.use.has_ended);
    s.connection.reset();
    s.use.has_ended = true;
    ++ended_count_;
}

void SlotTable::free_ended() {
    for (auto& s : all()) {
        if (s.use.has_ended) s.use.is_taken = s.use.has_ended = false;
    }
    taken_count_ -= std::exchange(ended_count_, 0);
}

Slot* SlotTable::find(SlotId id) { return const_cast<Slot*>(std::as_const(*this).find(id)); }

const Slot* SlotTable::find(SlotId id) const {
    if (id.slot >= count_) return nullptr;
    const auto& s = slots_[id.slot];
    return s.use.is_taken && !s.use.has_ended && s.use.generation == id.generation ? &s : nullptr;
}

}  // namespace boardwalk::server
