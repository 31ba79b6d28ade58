#include "firmware/server/pools/link_table.hpp"

namespace boardwalk::server {

LinkTable::LinkTable(std::size_t count, std::size_t spare_count)
    : records_(std::make_unique<Record[]>(count)),
      count_(count),
      full_count_(count - spare_count),
      waiting_(count) {}

void LinkTable::open(Link link, std::uint32_t now_ms) {
    auto& record = records_[link] = {};
    record.stage = LinkStage::lobby;
    record.since_ms = now_ms;
    ++open_count_;
    ++lobby_count_;
    ++totals_.accepted;
}

void LinkTable::give_slot(Link link, std::uint16_t slot) {
    waiting_.remove(link);
    records_[link].stage = LinkStage::in_slot;
    records_[link].slot = slot;
    --lobby_count_;
}

void LinkTable::set_ending(Link link, Ending ending) {
    auto& record = records_[link];
    if (record.ending != Ending::finished) return;
    record.ending = ending;
    if (ending == Ending::evicted) ++totals_.evicted;
    if (ending == Ending::refused) ++totals_.refused;
    if (ending == Ending::timed_out) ++totals_.timed_out;
}

void LinkTable::detach(Link link, Ending ending, std::uint32_t now_ms) {
    auto& record = records_[link];
    if (record.stage == LinkStage::lobby) {
        waiting_.remove(link);
        --lobby_count_;
    }
    if (record.ending == Ending::finished) record.ending = ending;
    ++totals_.closed_by_ending[static_cast<std::size_t>(record.ending)];
    record.stage = LinkStage::closing;
    record.since_ms = now_ms;
}

void LinkTable::close(Link link) {
    records_[link].stage = LinkStage::closed;
    --open_count_;
}

}  // namespace boardwalk::server
