#pragma once

#include <cstdint>

#include "firmware/core/buffer_pool.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/pools/waiting_line.hpp"

namespace boardwalk::server {

/// The scratch buffers, and the line of slots that wait for one: first come, first served.
class BufferQueue {
public:
    BufferQueue(std::size_t buffers, std::size_t slots, std::uint64_t now_ms)
        : pool_(buffers), waiting_(slots), used_ms_(now_ms) {}
    /// What it takes of memory, itself and the buffers left out.
    [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t buffers, std::size_t slots) {
        return buffers * sizeof(char*) + WaitingLine::bytes_for(slots);
    }

    /// Returns a buffer and takes `slot` out of the line. Null while none is free, or another slot is ahead.
    [[nodiscard]] char* borrow(std::uint16_t slot) {
        const bool is_first = waiting_.empty() || waiting_.front() == slot;
        char* const buffer = is_first ? pool_.take() : nullptr;
        if (buffer != nullptr && !waiting_.empty()) waiting_.remove(slot);
        return buffer;
    }
    /// A second buffer for a slot that has one. Null unless a buffer is free and the line is empty.
    [[nodiscard]] char* borrow_spare() { return waiting_.empty() ? pool_.take() : nullptr; }
    /// `slot` stands in line from `since_us` on, unless it does so already.
    void wait(std::uint16_t slot, std::uint64_t since_us) {
        if (!waiting_.holds(slot)) ++waits_total_;
        waiting_.push(slot, since_us);
    }
    void leave(std::uint16_t slot) { waiting_.remove(slot); }
    /// The first in line becomes the last.
    void move_to_end(std::uint64_t now_us) {
        const auto slot = waiting_.front();
        waiting_.remove(slot);
        waiting_.push(slot, now_us);
    }
    void give_back(char* buffer, std::uint64_t now_ms) {
        pool_.give_back(buffer);
        used_ms_ = now_ms;
    }

    /// Now and then: asks the heap again, if it had none, and frees what has not been in use for
    /// `limits::buffers_shrink_after_ms`.
    void maintain(std::uint64_t now_ms) {
        pool_.ask_heap_again();
        if (pool_.in_use() > 0) used_ms_ = now_ms;
        if (now_ms - used_ms_ >= limits::buffers_shrink_after_ms) pool_.shrink(limits::buffers_baseline);
    }

    [[nodiscard]] const WaitingLine& waiting() const { return waiting_; }
    [[nodiscard]] const BufferPool& pool() const { return pool_; }
    [[nodiscard]] std::uint64_t waits_total() const { return waits_total_; }

private:
    BufferPool pool_;
    WaitingLine waiting_;
    std::uint64_t used_ms_;  ///< when a buffer was last in use
    std::uint64_t waits_total_ = 0;
};

}  // namespace boardwalk::server
