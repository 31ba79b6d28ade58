#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/client_network.hpp"
#include "tests/support/random.hpp"
#include "tests/support/virtual_clock.hpp"

namespace boardwalk::test {

/// One direction of a connection: a byte stream with a window, whose segments and acknowledgements take time.
/// Positions count bytes since the beginning: read <= arrived <= sent <= written, and acknowledged <=
/// arrived.
class Flow {
public:
    Flow(VirtualClock& clock, Random random, const LinkConditions& way, std::size_t room_bytes,
         std::size_t window_bytes)
        : clock_(clock), random_(random), way_(way), room_bytes_(room_bytes), window_bytes_(window_bytes) {
        edge_ = window_bytes;
    }
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    std::function<void()> on_arrival;       ///< at the receiver: bytes, or the end
    std::function<void()> on_acknowledged;  ///< at the sender

    // --- the sender's side
    std::size_t write(std::string_view bytes) {
        const auto size = std::min(bytes.size(), room());
        data_.append(bytes.substr(0, size));
        written_ += size;
        pump();
        return size;
    }
    void finish() {
        finished_ = true;
        pump();
    }
    [[nodiscard]] std::size_t unacknowledged() const { return written_ - acknowledged_; }
    [[nodiscard]] std::size_t room() const { return room_bytes_ - std::min(room_bytes_, unacknowledged()); }

    // --- the receiver's side
    [[nodiscard]] std::size_t readable() const { return arrived_ - read_; }
    /// The end has arrived, and all before it was read.
    [[nodiscard]] bool at_end() const { return end_arrived_ && readable() == 0; }
    /// Valid until the next `write` or `take`.
    std::string_view take(std::size_t bytes_max) {
        forget_what_was_read();
        const auto size = std::min(bytes_max, readable());
        read_ += size;
        if (size > 0) acknowledge();
        return std::string_view(data_).substr(0, size);
    }
    [[nodiscard]] std::string_view untaken() const { return std::string_view(data_).substr(read_ - begin_); }
    /// What arrives is dropped as it comes.
    void drain() {
        (void)take(SIZE_MAX);
        draining_ = true;
    }

    /// What was not sent yet never will be.
    void stop() { stopped_ = true; }
    /// Nothing moves any more.
    void cut() { cut_ = true; }
    /// Brings word to the other side behind everything that is on its way, unless the flow is cut by then.
    void behind_all(VirtualClock::Task task) {
        clock_.at(next_arrival_us(), [this, task = std::move(task)] {
            if (!cut_) task();
        });
    }

private:
    void pump() {
        while (!stopped_ && !cut_ && sent_ < written_ && sent_ < edge_) {
            const auto sendable = std::min(written_ - sent_, edge_ - sent_);
            const auto size = std::min<std::size_t>(sendable, random_.between(1, way_.segment_bytes_max));
            sent_ += size;
            clock_.at(next_arrival_us(), [this, size] { arrive(size); });
        }
        if (!finished_ || stopped_ || sent_ < written_ || std::exchange(end_sent_, true)) return;
        behind_all([this] {
            end_arrived_ = true;
            if (on_arrival) on_arrival();
        });
    }
    void arrive(std::size_t size) {
        if (cut_) return;
        arrived_ += size;
        if (draining_) (void)take(SIZE_MAX);
        else acknowledge();
        if (on_arrival) on_arrival();
    }
    /// TCP acknowledges what has arrived, and says how far the sender may go.
    void acknowledge() {
        const auto time_us = std::max(last_acknowledgement_us_, clock_.now_us() + way_.latency_us);
        last_acknowledgement_us_ = time_us;
        clock_.at(time_us, [this, arrived = arrived_, edge = read_ + window_bytes_] {
            if (cut_) return;
            acknowledged_ = arrived;
            edge_ = edge;
            pump();
            if (on_acknowledged) on_acknowledged();
        });
    }
    std::uint64_t next_arrival_us() {
        auto time_us = clock_.now_us() + way_.latency_us + random_.below(way_.jitter_us + 1U);
        for (auto wait_us = 200'000U; wait_us < 1'000'000 && random_.below(1'000) < way_.loss_per_mille;
             wait_us *= 2)
            time_us += wait_us;
        return last_arrival_us_ = std::max(last_arrival_us_, time_us);
    }
    void forget_what_was_read() {
        data_.erase(0, read_ - begin_);
        begin_ = read_;
    }

    VirtualClock& clock_;
    Random random_;
    LinkConditions way_;
    std::size_t room_bytes_, window_bytes_;
    std::string data_;  ///< from begin_ to written_
    std::size_t begin_ = 0, written_ = 0, sent_ = 0, arrived_ = 0, read_ = 0, acknowledged_ = 0, edge_ = 0;
    std::uint64_t last_arrival_us_ = 0, last_acknowledgement_us_ = 0;
    bool finished_ = false, end_sent_ = false, end_arrived_ = false, draining_ = false, stopped_ = false,
         cut_ = false;
};

}  // namespace boardwalk::test
