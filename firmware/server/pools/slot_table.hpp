#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "firmware/server/application.hpp"
#include "firmware/server/pools/slot.hpp"

namespace boardwalk::server {

/// The slots, free and taken. A slot whose connection has ended stays taken until `sweep`, which the loop
/// calls between two steps of a turn. So no slot is reused within a call.
class SlotTable {
public:
    explicit SlotTable(std::size_t count) : slots_(std::make_unique<Slot[]>(count)), count_(count) {}
    /// What it takes of memory, itself left out.
    [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t count) { return count * sizeof(Slot); }

    /// A free slot with a new generation; null when all are taken.
    [[nodiscard]] Slot* take();
    /// The slot's connection has ended: no SlotId finds it any more, and the next sweep frees it.
    void end(Slot&);
    void sweep() {
        if (ended_count_ > 0) free_ended();
    }

    /// The slot that `id` names, while that use of it lasts.
    [[nodiscard]] Slot* find(SlotId id);
    [[nodiscard]] const Slot* find(SlotId id) const;
    [[nodiscard]] SlotId id_of(const Slot& s) const { return {number_of(s), s.use.generation}; }
    [[nodiscard]] std::uint16_t number_of(const Slot& s) const {
        return static_cast<std::uint16_t>(&s - slots_.get());
    }

    /// Marks the slot to be served before the turn ends.
    void mark_ready(Slot& s) { any_ready_ = s.use.is_ready = true; }
    /// Marks the slot to be served in the next turn, after the other slots.
    void mark_yielded(Slot& s) { any_yielded_ = s.use.has_yielded = true; }
    [[nodiscard]] bool any_ready() const { return any_ready_; }
    [[nodiscard]] bool any_yielded() const { return any_yielded_; }
    /// Calls `serve(slot)` for each that was marked so far.
    template <typename Serve>
    void serve_ready(Serve serve) {
        serve_marked(any_ready_, &SlotUse::is_ready, serve);
    }
    template <typename Serve>
    void serve_yielded(Serve serve) {
        serve_marked(any_yielded_, &SlotUse::has_yielded, serve);
    }

    [[nodiscard]] Slot& operator[](std::size_t number) { return slots_[number]; }
    [[nodiscard]] const Slot& operator[](std::size_t number) const { return slots_[number]; }
    [[nodiscard]] std::span<Slot> all() { return {slots_.get(), count_}; }
    [[nodiscard]] std::span<const Slot> all() const { return {slots_.get(), count_}; }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] bool any_free() const { return taken_count_ < count_; }
    /// Those whose connections have not ended.
    [[nodiscard]] std::size_t in_use() const { return taken_count_ - ended_count_; }

private:
    void free_ended();
    template <typename Serve>
    void serve_marked(bool& any, bool SlotUse::* mark, Serve serve) {
        if (!std::exchange(any, false)) return;
        for (auto& s : all()) {
            if (std::exchange(s.use.*mark, false)) serve(s);
        }
    }

    std::unique_ptr<Slot[]> slots_;
    std::size_t count_;
    std::size_t taken_count_ = 0;
    std::size_t ended_count_ = 0;  ///< of them
    std::size_t next_ = 0;
    bool any_ready_ = false;
    bool any_yielded_ = false;
};

}  // namespace boardwalk::server
