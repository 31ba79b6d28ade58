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

}  // namespace boardwalk::test
