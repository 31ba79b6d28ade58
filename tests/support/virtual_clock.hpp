#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace boardwalk::test {

/// Time that passes only when a task waits. Tasks of one moment run in the order in which they were set.
class VirtualClock {
public:
    using Task = std::function<void()>;

    [[nodiscard]] std::uint64_t now_us() const { return now_us_; }
    [[nodiscard]] std::uint64_t now_ms() const { return now_us_ / 1'000; }

    void at(std::uint64_t time_us, Task task) {
        tasks_.push_back({std::max(time_us, now_us_), ++last_number_, std::move(task)});
        std::push_heap(tasks_.begin(), tasks_.end());
    }
    void after(std::uint64_t us, Task task) { at(now_us_ + us, std::move(task)); }

    /// Runs the next task that is due until `time_us`, and moves to its moment. Returns false when there is
    /// none; the time is `time_us` then.
    bool run_next(std::uint64_t time_us) {
        if (tasks_.empty() || tasks_.front().time_us > time_us) {
            now_us_ = std::max(now_us_, time_us);
            return false;
        }
        std::pop_heap(tasks_.begin(), tasks_.end());
        auto entry = std::move(tasks_.back());
        tasks_.pop_back();
        now_us_ = entry.time_us;
        entry.task();
        return true;
    }

private:
    struct Entry {
        std::uint64_t time_us, number;
        Task task;
        bool operator<(const Entry& other) const {  // the heap has its largest in front: the earliest
            return std::pair(time_us, number) > std::pair(other.time_us, other.number);
        }
    };
    std::vector<Entry> tasks_;
    std::uint64_t now_us_ = 1'000'000;
    std::uint64_t last_number_ = 0;
};

}  // namespace boardwalk::test
