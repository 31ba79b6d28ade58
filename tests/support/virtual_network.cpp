#include "tests/support/virtual_network.hpp"

#include "firmware/limits.hpp"

namespace boardwalk::test {

using transport::CloseReason;

namespace {
constexpr transport::Link no_link = 0xffff;
constexpr std::uint32_t defer_us = 5'000'000;
constexpr std::uint32_t handshake_again_us = 1'000'000;
constexpr int handshakes_max = 6;
}  // namespace

struct VirtualNetwork::Connection {
    Connection(VirtualNetwork& network, const LinkConditions& way)
        : up(network.clock_, network.random_.split(), way, SIZE_MAX, network.options_.window_bytes),
          down(network.clock_, network.random_.split(), way, network.options_.send_bytes, way.window_bytes),
          latency_us(way.latency_us) {}

    enum class Stage { handshake, deferred, backlog, open, closing, orphaned, gone };
    Flow up, down;
    std::uint32_t latency_us;
    std::size_t number = 0;
    Stage stage = Stage::handshake;
    Link link = no_link;
    bool armed = true, readable = false, writable = false, write_full = false, ready = false;
    bool message_waits = false, answer_waits = false;
    [[nodiscard]] bool has_room_for_message() const {
        return down.unacknowledged() <= limits::websocket_unacknowledged_bytes_max;
    }
    [[nodiscard]] bool has_room_for_answer() const {
        return down.room() >= limits::websocket_answer_bytes_max;
    }
    // the client's side
    std::function<void()> on_change;
    std::string early;  ///< sent before there was a connection
    bool connected = false, client_closed = false, was_reset = false, finish_early = false;

    void tell_client() const {
        if (on_change) on_change();
    }
};

class VirtualNetwork::Socket final : public ClientSocket {
public:
    Socket(VirtualNetwork& network, Connection& connection) : network_(network), c_(connection) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() override {
        close();
        c_.on_change = {};
    }

    void send(std::string_view bytes) override {
        if (c_.client_closed || c_.was_reset) return;
        if (c_.connected) (void)c_.up.write(bytes);
        else c_.early += bytes;
    }
    std::string receive(std::size_t bytes_max) override {
        return c_.client_closed ? std::string() : std::string(c_.down.take(bytes_max));
    }
    void finish() override {
        if (c_.connected) c_.up.finish();
        else c_.finish_early = true;
    }
    void close() override {
        if (c_.client_closed || c_.was_reset) return;
        if (c_.down.readable() > 0) return reset();
        c_.client_closed = true;
        finish();
    }
    void reset() override {
        if (c_.client_closed || c_.was_reset) return;
        c_.client_closed = true;
        c_.up.stop();
        c_.down.cut();
        c_.up.behind_all([&network = network_, &c = c_] { network.on_reset_at_board(c); });
    }
    void vanish() override {
        c_.client_closed = true;
        c_.up.cut();
        c_.down.cut();
    }
    [[nodiscard]] bool connected() const override { return c_.connected && !c_.was_reset; }
    [[nodiscard]] bool ended() const override { return c_.down.at_end() && !c_.was_reset; }
    [[nodiscard]] bool was_reset() const override { return c_.was_reset && c_.down.readable() == 0; }
    [[nodiscard]] std::string_view undelivered() const override { return c_.down.untaken(); }

private:
    VirtualNetwork& network_;
    Connection& c_;
};

VirtualNetwork::VirtualNetwork(VirtualClock& clock, Random random, const Options& options)
    : clock_(clock), random_(random), options_(options), links_(options.links) {}

VirtualNetwork::~VirtualNetwork() = default;

// --- the way to a link -------------------------------------------------------------------------------------

std::unique_ptr<ClientSocket> VirtualNetwork::connect(const LinkConditions& way,
                                                      std::function<void()> on_change) {
    auto& c = *connections_.emplace_back(std::make_unique<Connection>(*this, way));
    c.number = connections_.size();
    c.on_change = std::move(on_change);
    c.up.on_arrival = [this, &c] { on_arrival_at_board(c); };
    c.down.on_acknowledged = [this, &c] {
        const bool room = (c.write_full && c.down.room() > 0) ||
                          (c.message_waits && c.has_room_for_message()) ||
                          (c.answer_waits && c.has_room_for_answer());
        if (!room || c.stage != Connection::Stage::open) return;
        c.writable = true;
        mark_ready(c.link);
    };
    c.down.on_arrival = [this, &c] {
        if (!c.client_closed) return c.tell_client();
        if (c.down.readable() == 0) return;
        c.down.cut();  // a closed socket answers bytes with a reset
        c.up.behind_all([this, &c] { on_reset_at_board(c); });
    };
    clock_.after(way.latency_us, [this, &c] { on_handshake(c, 1); });
    return std::make_unique<Socket>(*this, c);
}

void VirtualNetwork::on_handshake(Connection& c, int attempt) {
    if (!listening_ || attempt > handshakes_max) return reset_client(c);
    if (backlog_.size() >= options_.backlog) {
        clock_.after(handshake_again_us, [this, &c, attempt] { on_handshake(c, attempt + 1); });
        return;
    }
    c.stage = Connection::Stage::deferred;
    if (options_.defers_accept) clock_.after(defer_us, [this, &c] { offer(c); });
    else offer(c);
    clock_.after(c.latency_us, [&c] {
        if (c.was_reset) return;
        c.connected = true;
        (void)c.up.write(c.early);
        if (c.finish_early) c.up.finish();
        if (!c.client_closed) c.tell_client();
    });
}

void VirtualNetwork::offer(Connection& c) {
    if (c.stage != Connection::Stage::deferred) return;
    c.stage = Connection::Stage::backlog;
    backlog_.push_back(&c);
}

void VirtualNetwork::accept_all(transport::Events& events) {
    while (!backlog_.empty() && free_link() != no_link) {
        const auto link = free_link();
        auto& c = *backlog_.front();
        backlog_.pop_front();
        links_[link] = {.connection = &c};
        c.link = link;
        c.stage = Connection::Stage::open;
        events.on_open(link);
        if (c.up.readable() > 0 || c.up.at_end()) on_arrival_at_board(c);
    }
}

// --- what comes in -----------------------------------------------------------------------------------------

void VirtualNetwork::on_arrival_at_board(Connection& c) {
    switch (c.stage) {
        case Connection::Stage::deferred: return offer(c);
        case Connection::Stage::open:
            c.readable = true;
            if (c.armed || options_.repeats_readable) mark_ready(c.link);
            return;
        case Connection::Stage::closing:
            if (c.up.at_end()) bury(c, CloseReason::finished);
            return;
        case Connection::Stage::orphaned:
            if (c.up.readable() > 0) reset_client(c);
            return;
        case Connection::Stage::handshake:
        case Connection::Stage::backlog:
        case Connection::Stage::gone: return;
    }
}

void VirtualNetwork::on_reset_at_board(Connection& c) {
    if (c.stage == Connection::Stage::backlog) std::erase(backlog_, &c);
    if (c.stage == Connection::Stage::open || c.stage == Connection::Stage::closing)
        bury(c, CloseReason::reset);
    c.stage = Connection::Stage::gone;
    c.up.cut();
    c.down.cut();
}

transport::Received VirtualNetwork::read(Link link, std::span<char> room) {
    auto* c = open_connection(link);
    if (c == nullptr) return {};
    const auto bytes = c->up.take(room.size());
    bytes.copy(room.data(), bytes.size());
    if (bytes.size() < room.size()) {
        c->armed = true;
        c->readable = false;
    }
    return {.bytes = bytes.size(), .end = c->up.at_end() && bytes.size() < room.size()};
}

// --- what goes out -----------------------------------------------------------------------------------------

std::size_t VirtualNetwork::write(Link link, std::string_view bytes, transport::Lifetime, bool) {
    auto* c = open_connection(link);
    if (c == nullptr) return 0;
    const auto taken = c->down.write(bytes);
    c->write_full = taken < bytes.size();
    return taken;
}

std::size_t VirtualNetwork::unacknowledged(Link link) const {
    const auto* c = links_[link].connection;
    return c != nullptr ? c->down.unacknowledged() : 0;
}

bool VirtualNetwork::takes_message(Link link) {
    auto* c = open_connection(link);
    if (c == nullptr) return false;
    c->message_waits = !c->has_room_for_message();
    return !c->message_waits;
}

bool VirtualNetwork::takes_answer(Link link) {
    auto* c = open_connection(link);
    if (c == nullptr) return false;
    c->answer_waits = !c->has_room_for_answer();
    return !c->answer_waits;
}

void VirtualNetwork::close(Link link) {
    auto* c = open_connection(link);
    if (c == nullptr) return;
    c->stage = Connection::Stage::closing;
    c->down.finish();
    c->up.drain();
    if (c->up.at_end()) return bury(*c, CloseReason::finished);
    clock_.after(limits::linger_ms_max * 1'000ULL, [this, c] {
        if (c->stage == Connection::Stage::closing) bury(*c, CloseReason::finished);
    });
}

void VirtualNetwork::abort(Link link) {
    auto* c = links_[link].connection;
    if (c == nullptr || links_[link].closed) return;
    if (c->stage == Connection::Stage::closing) return bury(*c, CloseReason::finished);
    bury(*c, CloseReason::aborted);
    reset_client(*c);
}

/// The client learns of it behind what is on its way already.
void VirtualNetwork::reset_client(Connection& c) {
    c.stage = Connection::Stage::gone;
    c.up.cut();
    c.down.stop();
    c.down.behind_all([&c] {
        c.was_reset = true;
        c.down.cut();
        if (!c.client_closed) c.tell_client();
    });
}

/// The link is done; `on_closed` follows in the next turn. What was taken for the client still goes its way.
void VirtualNetwork::bury(Connection& c, CloseReason reason) {
    c.stage = Connection::Stage::orphaned;
    links_[c.link].closed = true;
    links_[c.link].reason = reason;
    mark_ready(c.link);
}

void VirtualNetwork::describe_peer(Link link, TextWriter& out) const {
    out.append("virtual:");
    out.append_number(links_[link].connection != nullptr ? links_[link].connection->number : 0);
}

void VirtualNetwork::stop_listening() {
    listening_ = false;
    for (auto* c : backlog_)
        reset_client(*c);
    backlog_.clear();
}

// --- the turn ----------------------------------------------------------------------------------------------

void VirtualNetwork::poll(transport::Events& events, std::uint32_t timeout_ms) {
    for (const auto end = clock_.now_us() + options_.turn_us; clock_.run_next(end);) {
    }
    const auto until = clock_.now_us() + std::uint64_t{timeout_ms} * 1'000;
    while (!has_events() && clock_.run_next(until)) {
    }
    woken_ = false;
    accept_all(events);
    auto ready = std::exchange(ready_, {});
    while (!ready.empty()) {  // in an order that no test can rely on
        const auto at = ready.begin() + static_cast<std::ptrdiff_t>(random_.below(ready.size()));
        raise(events, *at);
        ready.erase(at);
    }
}

void VirtualNetwork::raise(transport::Events& events, Link link) {
    auto& state = links_[link];
    if (state.connection == nullptr) return;
    auto& c = *state.connection;
    c.ready = false;
    if (c.stage == Connection::Stage::open && std::exchange(c.writable, false)) {
        c.write_full = c.message_waits = c.answer_waits = false;
        events.on_writable(link);
    }
    const bool readable = c.readable && (c.armed || options_.repeats_readable);
    if (c.stage == Connection::Stage::open && readable) {
        c.readable = c.armed = false;
        events.on_readable(link);
    }
    if (!state.closed) return;
    const auto reason = state.reason;
    c.link = no_link;
    state = {};
    events.on_closed(link, reason);
}

void VirtualNetwork::mark_ready(Link link) {
    auto& c = *links_[link].connection;
    if (!std::exchange(c.ready, true)) ready_.push_back(link);
}

VirtualNetwork::Connection* VirtualNetwork::open_connection(Link link) const {
    auto* c = links_[link].connection;
    return c != nullptr && c->stage == Connection::Stage::open ? c : nullptr;
}

VirtualNetwork::Link VirtualNetwork::free_link() const {
    for (Link link = 0; link < links_.size(); ++link) {
        if (links_[link].connection == nullptr) return link;
    }
    return no_link;
}

bool VirtualNetwork::has_events() const {
    return woken_ || !ready_.empty() || (!backlog_.empty() && free_link() != no_link);
}

}  // namespace boardwalk::test
