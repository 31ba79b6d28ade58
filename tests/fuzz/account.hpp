#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "firmware/server/statistics.hpp"
#include "tests/fuzz/answers.hpp"

/// What clients saw of a server in all, to be compared with its own counters.
namespace boardwalk::fuzz {

class Account {
public:
    void connected() { ++connects_; }
    void received(std::size_t bytes) { received_bytes_ += bytes; }
    void answered(const Answer& answer) {
        maybe_answers_ += answer.maybe_whole ? 1 : 0;
        if (!answer.whole) return;
        ++answers_;
        const auto* known = std::ranges::find(server::counted_statuses, answer.status);
        ++by_status_[static_cast<std::size_t>(known - server::counted_statuses.begin())];
    }

    /// To be called once all clients have left.
    void compare(const server::Statistics& counted) const {
        require(counted.accepted_total == connects_, "each connection was accepted");
        require(counted.bytes_sent_total == received_bytes_, "each byte sent was received");
        require(counted.requests_total >= answers_ && counted.requests_total <= answers_ + maybe_answers_,
                "each answer was counted once",
                std::to_string(counted.requests_total) + " counted, seen: " + std::to_string(answers_));
        require(maybe_answers_ > 0 || by_status_ == counted.by_status,
                "each answer was counted by its status");
        require(sum(counted.by_status) == counted.requests_total, "statuses add up");
        require(sum(counted.durations.counts) == counted.requests_total, "all answers took their time");
        require(sum(counted.closed_by_ending) == counted.accepted_total,
                "each connection ended for one reason");
    }

private:
    static std::uint64_t sum(const auto& counts) {
        std::uint64_t all = 0;
        for (const auto count : counts)
            all += count;
        return all;
    }

    std::uint64_t connects_ = 0, answers_ = 0, maybe_answers_ = 0, received_bytes_ = 0;
    std::array<std::uint64_t, server::counted_statuses.size() + 1> by_status_{};
};

}  // namespace boardwalk::fuzz
