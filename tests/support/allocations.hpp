#pragma once

#include <cstddef>

namespace boardwalk::test {

/// Counts what this thread takes from the heap through operator new while it lives.
class AllocationCount {
public:
    AllocationCount();
    [[nodiscard]] std::size_t count() const;

private:
    std::size_t before_;
};

/// While it lives, `new (std::nothrow)` finds no memory in this thread.
class FullHeap {
public:
    FullHeap();
    FullHeap(const FullHeap&) = delete;
    FullHeap& operator=(const FullHeap&) = delete;
    ~FullHeap();
    /// How often memory was asked for.
    [[nodiscard]] std::size_t refused() const;
};

}  // namespace boardwalk::test
