#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "firmware/limits.hpp"
#include "firmware/server/pools/waiting_line.hpp"
#include "firmware/server/statistics.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::server {

/// Where a link stands between its first event and its last. `given_up`: the network was asked to end it
/// without more ado.
enum class LinkStage : std::uint8_t { closed, lobby, in_slot, closing, given_up };

/// The network's connections: which are in the lobby, which have a slot, which are on their way out, and why.
/// Times are the lower 32 bits of milliseconds.
class LinkTable {
public:
    using Link = transport::Link;

    struct Record {
        LinkStage stage = LinkStage::closed;
        Ending ending = Ending::finished;  ///< why it will end, decided before it did
        std::uint16_t slot = 0;            ///< while `in_slot`
        std::uint32_t waited_us = 0;       ///< what its first request waited in the network before
        std::uint32_t since_ms = 0;        ///< when it came to this stage
    };
    struct Totals {
        std::uint64_t accepted = 0, evicted = 0, refused = 0, timed_out = 0;
        std::array<std::uint64_t, ending_names.size()> closed_by_ending{};
    };

    /// Of `count` links, `spare_count` are kept free for handshakes.
    LinkTable(std::size_t count, std::size_t spare_count);
    /// What it takes of memory, itself left out.
    [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t count);

    /// A link begins, in the lobby.
    void open(Link, std::uint32_t now_ms);
    /// A link of the lobby wants a slot, and has since `since_us`: it stands in the waiting line.
    void wait(Link link, std::uint64_t since_us) { waiting_.push(link, since_us); }
    void give_slot(Link, std::uint16_t slot);
    /// Why the link will end, once its last answer is out. The first reason counts.
    void set_ending(Link, Ending);
    /// The link is ours to serve no longer; `close` will follow. `ending` counts unless one was set before.
    void detach(Link, Ending, std::uint32_t now_ms);
    void give_up(Link link) { records_[link].stage = LinkStage::given_up; }
    /// The network has told that the link is gone.
    void close(Link);
    void note_refused() { ++totals_.refused; }

    [[nodiscard]] Record& operator[](Link link) { return records_[link]; }
    [[nodiscard]] const Record& operator[](Link link) const { return records_[link]; }
    [[nodiscard]] Link number_of(const Record& record) const {
        return static_cast<Link>(&record - records_.get());
    }
    [[nodiscard]] std::span<const Record> all() const { return {records_.get(), count_}; }
    [[nodiscard]] const WaitingLine& waiting() const { return waiting_; }
    [[nodiscard]] std::size_t open_count() const { return open_count_; }
    [[nodiscard]] std::size_t lobby_count() const { return lobby_count_; }
    /// Only those places are left that are kept free for handshakes.
    [[nodiscard]] bool is_full() const { return open_count_ >= full_count_; }
    [[nodiscard]] const Totals& totals() const { return totals_; }

private:
    std::unique_ptr<Record[]> records_;
    std::size_t count_;
    std::size_t full_count_;
    std::size_t open_count_ = 0;
    std::size_t lobby_count_ = 0;
    WaitingLine waiting_;  ///< of the lobby: links that have sent something, and wait for a slot
    Totals totals_;
};

static_assert(sizeof(LinkTable::Record) <= limits::link_bytes_max);

constexpr std::size_t LinkTable::bytes_for(std::size_t count) {
    return count * sizeof(Record) + WaitingLine::bytes_for(count);
}

}  // namespace boardwalk::server
