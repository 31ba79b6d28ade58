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

/// The stages of a link, from its first event to its last. `given_up`: the network was asked to reset it.
enum class LinkStage : std::uint8_t { closed, lobby, in_slot, closing, given_up };

/// The network's connections: which are in the lobby, which have a slot, which are ending and for what
/// reason. Times are the lower 32 bits of milliseconds.
class LinkTable {
public:
    using Link = transport::Link;

    struct Record {
        LinkStage stage = LinkStage::closed;
        Ending ending = Ending::finished;  ///< the reason, set before the link ended
        union {
            std::uint16_t waited_ms = 0;  ///< lobby: by its first request, in the network
            std::uint16_t slot;           ///< in_slot
        };
        std::uint32_t since_ms = 0;  ///< when this stage began
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
    /// A link of the lobby has needed a slot since `since_us`: puts it into the waiting line.
    void wait(Link link, std::uint64_t since_us) { waiting_.push(link, since_us); }
    void give_slot(Link, std::uint16_t slot);
    /// Sets the reason for which the link will end after its last answer. The first reason counts.
    void set_ending(Link, Ending);
    /// The server is done with the link; `close` will follow. `ending` counts unless a reason was set before.
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
    /// True when the only free places are those kept for handshakes.
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
