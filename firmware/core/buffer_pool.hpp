#pragma once

#include <cstddef>
#include <memory>
#include <new>

#include "firmware/limits.hpp"

namespace boardwalk {

/// The scratch buffers that connections share: each allocated at its first use, kept, and freed again only by
/// `shrink`. Running out is an expected failure, of the pool as of the heap: `take` returns null and the
/// caller waits in line.
class BufferPool {
public:
    /// `max` <= limits::buffers_max.
    explicit BufferPool(std::size_t max) : free_(std::make_unique<char*[]>(max)), max_(max) {}
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;
    ~BufferPool() { shrink(0); }

    /// `limits::buffer_bytes` + `limits::buffer_slack_bytes` bytes, or null when `exhausted`.
    [[nodiscard]] char* take() {
        if (free_count_ > 0) {
            ++in_use_;
            return free_[--free_count_];
        }
        if (exhausted()) return nullptr;
        auto* buffer = new (std::nothrow) char[limits::buffer_bytes + limits::buffer_slack_bytes];
        heap_is_full_ = buffer == nullptr;
        if (heap_is_full_) return nullptr;
        ++allocated_;
        ++in_use_;
        return buffer;
    }

    void give_back(char* buffer) {
        free_[free_count_++] = buffer;
        --in_use_;
    }

    /// All are out, or the heap had none when it was last asked.
    [[nodiscard]] bool exhausted() const { return free_count_ == 0 && (allocated_ == max_ || heap_is_full_); }
    /// Lets `take` ask the heap again. The server does so now and then, not at each try while the heap is
    /// full.
    void ask_heap_again() { heap_is_full_ = false; }

    /// Frees what is not in use, down to `keep` buffers.
    void shrink(std::size_t keep) {
        while (free_count_ > 0 && allocated_ > keep) {
            delete[] free_[--free_count_];
            --allocated_;
        }
    }

    [[nodiscard]] std::size_t max() const { return max_; }
    [[nodiscard]] std::size_t allocated() const { return allocated_; }
    [[nodiscard]] std::size_t in_use() const { return in_use_; }

private:
    std::unique_ptr<char*[]> free_;
    std::size_t max_;
    std::size_t free_count_ = 0;
    std::size_t allocated_ = 0;
    std::size_t in_use_ = 0;
    bool heap_is_full_ = false;
};

}  // namespace boardwalk
