#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "firmware/limits.hpp"
#include "firmware/transport/transport.hpp"

namespace boardwalk::test {

/// A transport without a network: peers are driven by the test, time by `advance`. Same rules as every
/// port's.
class MemoryTransport final : public transport::Transport {
public:
    using Link = transport::Link;

    explicit MemoryTransport(std::size_t links) : peers_(links) {}

    // --- the peers' side -------------------------------------------------------------------------------
    /// Connects; the link is told at the next poll. A full house is a failure of the test.
    Link connect() {
        for (Link link = 0; link < peers_.size(); ++link) {
            auto& p = peers_[link];
            if (p.state != State::free) continue;
            p = Peer();
            p.state = State::open;
            p.opening = true;
            p.output.reserve(64 * 1024);
            return link;
        }
        return static_cast<Link>(peers_.size());
    }
    void send(Link link, std::string_view bytes) {
        peers_[link].input += bytes;
        peers_[link].readable = true;
    }
    void finish(Link link) {
        peers_[link].finished = true;
        peers_[link].readable = true;
    }
    void reset(Link link) { peers_[link].state = State::reset; }
    /// Takes what has arrived, and acknowledges it.
    std::string take(Link link) {
        auto& p = peers_[link];
        const std::string text = p.output;
        p.output.clear();  // its memory stays: what is counted as allocated is the server's
        p.unacknowledged = 0;
        p.note_room();
        return text;
    }
    /// The network takes note of `bytes` as arrived; `take` hands them to the peer all the same.
    void acknowledge(Link link, std::size_t bytes) {
        auto& p = peers_[link];
        p.unacknowledged -= std::min(bytes, p.unacknowledged);
        p.note_room();
    }
    /// How much the peer's window and the network's buffers hold.
    void set_window(Link link, std::size_t bytes) { peers_[link].window = bytes; }
    /// True once the server closed the link in order / reset it.
    [[nodiscard]] bool saw_end(Link link) const { return peers_[link].saw_end; }
    [[nodiscard]] bool saw_reset(Link link) const { return peers_[link].saw_reset; }
    [[nodiscard]] bool gone(Link link) const { return peers_[link].state == State::free; }
    void advance_ms(std::uint64_t ms) { now_us_ += ms * 1'000; }
    void advance_us(std::uint64_t us) { now_us_ += us; }
    std::uint16_t network_wait_ms = 0;  ///< what the network says of each new link's first bytes
    std::uint64_t takes_us = 0;         ///< how much time passes with each read

    // --- Transport ---------------------------------------------------------------------------------------
    transport::Received read(Link link, std::span<char> room) override {
        auto& p = peers_[link];
        if (p.state != State::open) return {};
        now_us_ += takes_us;
        const auto size = std::min(room.size(), p.input.size());
        std::copy_n(p.input.begin(), size, room.begin());
        p.input.erase(0, size);
        if (size < room.size()) p.armed = true;
        return {.bytes = size, .end = p.finished && p.input.empty() && size < room.size()};
    }

    std::size_t write(Link link, std::string_view bytes, transport::Lifetime, bool) override {
        auto& p = peers_[link];
        if (p.state != State::open) return 0;
        const auto size = std::min(bytes.size(), p.window - std::min(p.window, p.unacknowledged));
        p.output.append(bytes.substr(0, size));
        p.unacknowledged += size;
        p.write_full = size < bytes.size();
        return size;
    }

    [[nodiscard]] std::size_t unacknowledged(Link link) const override { return peers_[link].unacknowledged; }
    [[nodiscard]] bool takes_message(Link link) override {
        auto& p = peers_[link];
        p.message_waits = !p.has_room_for_message();
        return !p.message_waits;
    }
    [[nodiscard]] bool takes_answer(Link link) override {
        auto& p = peers_[link];
        p.answer_waits = !p.has_room_for_answer();
        return !p.answer_waits;
    }

    [[nodiscard]] std::uint16_t waited_ms(Link) const override { return network_wait_ms; }
    void close(Link link) override {
        auto& p = peers_[link];
        if (p.state != State::open) return;
        p.saw_end = true;
        p.state = State::closed;
    }
    void abort(Link link) override {
        auto& p = peers_[link];
        if (p.state != State::open) return;
        p.saw_reset = true;
        p.state = State::closed;
    }
    void describe_peer(Link link, TextWriter& out) const override {
        out.append("memory:");
        out.append_number(link);
    }
    [[nodiscard]] bool peer_is_loopback(Link) const override { return true; }
    void stop_listening() override {}

    void poll(transport::Events& events, std::uint32_t) override {
        raise_closed(events);
        for (Link link = 0; link < peers_.size(); ++link) {
            auto& p = peers_[link];
            if (std::exchange(p.opening, false)) events.on_open(link);
            if (p.state == State::open && std::exchange(p.writable, false)) {
                p.write_full = p.message_waits = p.answer_waits = false;
                events.on_writable(link);
            }
            if (p.state == State::open && p.armed && std::exchange(p.readable, false)) {
                p.armed = false;
                events.on_readable(link);
            }
        }
        raise_closed(events);
    }
    [[nodiscard]] std::uint64_t now_us() const override { return now_us_; }

private:
    enum class State { free, open, closed, reset };
    struct Peer {
        State state = State::free;
        std::string input, output;
        std::size_t window = 1'000'000;
        std::size_t unacknowledged = 0;
        bool opening = false, readable = false, writable = false, write_full = false, finished = false;
        bool armed = true;  ///< on_readable may be raised: the last read came back short
        bool saw_end = false, saw_reset = false;
        bool message_waits = false, answer_waits = false;
        [[nodiscard]] bool has_room_for_message() const {
            return unacknowledged <= limits::websocket_unacknowledged_bytes_max;
        }
        [[nodiscard]] bool has_room_for_answer() const {
            return unacknowledged + limits::websocket_answer_bytes_max <= window;
        }
        void note_room() {
            writable |= write_full || (message_waits && has_room_for_message()) ||
                        (answer_waits && has_room_for_answer());
        }
    };

    void raise_closed(transport::Events& events) {
        for (Link link = 0; link < peers_.size(); ++link) {
            auto& p = peers_[link];
            if (p.state != State::closed && p.state != State::reset) continue;
            const auto reason = p.state == State::reset ? transport::CloseReason::reset
                                : p.saw_reset           ? transport::CloseReason::aborted
                                                        : transport::CloseReason::finished;
            p.state = State::free;
            events.on_closed(link, reason);
        }
    }

    std::vector<Peer> peers_;
    std::uint64_t now_us_ = 1'000'000;
};

}  // namespace boardwalk::test
