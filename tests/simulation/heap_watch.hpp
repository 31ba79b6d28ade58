#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "tests/support/allocations.hpp"

namespace boardwalk::simulation {

/// Whose code is running: what is allocated is put down to it.
enum class Part : std::size_t { simulation, server, json };

/// Tells the server's allocations from those of its clients, its network and its observers.
class HeapWatch {
public:
    [[nodiscard]] std::size_t count(Part part) {
        settle(part_);
        return counts_[static_cast<std::size_t>(part)];
    }
    /// From now on `part` runs. Returns the part that ran until now.
    Part settle(Part part) {
        const auto now = all_.count();
        counts_[static_cast<std::size_t>(part_)] += now - last_;
        last_ = now;
        return std::exchange(part_, part);
    }

private:
    test::AllocationCount all_;
    std::array<std::size_t, 3> counts_{};
    std::size_t last_ = 0;
    Part part_ = Part::simulation;
};

/// While it lives, `part` runs.
class Running {
public:
    Running(HeapWatch& heap, Part part) : heap_(heap), before_(heap.settle(part)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { heap_.settle(before_); }

private:
    HeapWatch& heap_;
    Part before_;
};

}  // namespace boardwalk::simulation
