#pragma once

#include <vector>

#include "firmware/transport/transport.hpp"
#include "tests/simulation/heap_watch.hpp"
#include "tests/simulation/journal.hpp"

namespace boardwalk::simulation {

/// Stands between the server and its network, whatever that is, and keeps the books that the server's own
/// counters must agree with.
class WatchedTransport final : public transport::Transport, private transport::Events {
public:
    using Link = transport::Link;

    struct Books {
        std::uint64_t opened = 0, closed = 0;
        std::uint64_t bytes_taken = 0, bytes_read = 0;
        std::uint64_t live = 0, live_peak = 0;
    };

    WatchedTransport(transport::Transport& network, Journal& journal, HeapWatch& heap, std::size_t links)
        : network_(network), journal_(journal), heap_(heap), states_(links) {}

    [[nodiscard]] const Books& books() const { return books_; }
    /// Open, and the server has neither closed nor aborted it.
    [[nodiscard]] bool is_served(Link link) const { return states_[link] == State::open; }
    [[nodiscard]] std::size_t links() const { return states_.size(); }
    /// Turns of the loop in a row in which nothing moved although it did not want to wait.
    [[nodiscard]] int empty_turns() const { return empty_turns_; }
    /// How long the last turn was ready to wait.
    [[nodiscard]] std::uint32_t timeout_ms() const { return timeout_ms_; }

    /// The last turn of the loop was ready to wait.
    [[nodiscard]] bool slept() const { return slept_; }

    transport::Received read(Link link, std::span<char> room) override {
        const Running outside(heap_, Part::simulation);
        const auto received = network_.read(link, room);
        if (received.bytes > room.size()) journal_.fail("the network read more than it had room for");
        books_.bytes_read += received.bytes;
        moved_ |= received.bytes > 0 || received.end;
        journal_.note(received.end ? "read, end" : "read", link, {room.data(), received.bytes});
        return received;
    }
    std::size_t write(Link link, std::string_view bytes, transport::Lifetime lifetime, bool more) override {
        const Running outside(heap_, Part::simulation);
        if (states_[link] != State::open) journal_.fail("the server writes to a link that it closed");
        const auto taken = network_.write(link, bytes, lifetime, more);
        books_.bytes_taken += taken;
        moved_ |= taken > 0;
        journal_.note("write", link, bytes.substr(0, taken));
        return taken;
    }
    [[nodiscard]] bool takes_message(Link link) override { return network_.takes_message(link); }
    [[nodiscard]] bool takes_answer(Link link) override { return network_.takes_answer(link); }
    [[nodiscard]] std::size_t unacknowledged(Link link) const override {
        return network_.unacknowledged(link);
    }
    void close(Link link) override { end(link, "close", &transport::Transport::close); }
    void abort(Link link) override { end(link, "abort", &transport::Transport::abort); }
    void describe_peer(Link link, TextWriter& out) const override { network_.describe_peer(link, out); }
    [[nodiscard]] bool peer_is_loopback(Link link) const override { return network_.peer_is_loopback(link); }
    void stop_listening() override {
        const Running outside(heap_, Part::simulation);
        network_.stop_listening();
    }
    void poll(transport::Events& events, std::uint32_t timeout_ms) override {
        const Running outside(heap_, Part::simulation);
        timeout_ms_ = timeout_ms;
        empty_turns_ = timeout_ms == 0 && !moved_ ? empty_turns_ + 1 : 0;
        moved_ = false;
        slept_ = timeout_ms > 0;
        events_ = &events;
        network_.poll(*this, timeout_ms);
    }
    [[nodiscard]] std::uint64_t now_us() const override { return network_.now_us(); }

private:
    enum class State : std::uint8_t { free, open, ended };

    void on_open(Link link) override {
        if (states_[link] != State::free) journal_.fail("a link was opened twice");
        states_[link] = State::open;
        ++books_.opened;
        books_.live_peak = std::max(books_.live_peak, ++books_.live);
        journal_.note("open", link);
        tell([&] { events_->on_open(link); });
    }
    void on_readable(Link link) override {
        journal_.note("readable", link);
        tell([&] { events_->on_readable(link); });
    }
    void on_writable(Link link) override {
        journal_.note("writable", link);
        tell([&] { events_->on_writable(link); });
    }
    void on_closed(Link link, transport::CloseReason reason) override {
        if (states_[link] == State::free) journal_.fail("a link was closed twice");
        states_[link] = State::free;
        ++books_.closed;
        --books_.live;
        journal_.note("closed", link, reason == transport::CloseReason::reset ? "reset" : "");
        tell([&] { events_->on_closed(link, reason); });
    }
    template <typename Tell>
    void tell(Tell event) {
        moved_ = true;
        const Running inside(heap_, Part::server);
        event();
    }
    void end(Link link, std::string_view how, void (transport::Transport::*call)(Link)) {
        const Running outside(heap_, Part::simulation);
        if (states_[link] == State::open) states_[link] = State::ended;
        moved_ = true;
        journal_.note(how, link);
        (network_.*call)(link);
    }

    transport::Transport& network_;
    Journal& journal_;
    HeapWatch& heap_;
    std::vector<State> states_;
    transport::Events* events_ = nullptr;
    Books books_;
    bool moved_ = true;
    bool slept_ = false;
    int empty_turns_ = 0;
    std::uint32_t timeout_ms_ = 0;
};

}  // namespace boardwalk::simulation
