#include "tests/simulation/world.hpp"

#include <set>

#include "tests/simulation/board_assets.hpp"
#include "tests/simulation/population.hpp"
#include "tests/support/claimed.hpp"

namespace boardwalk::simulation {
namespace {

using server::SlotState;

/// Turns in a row without a wait and without anything that moved: the loop is going round in circles.
constexpr int empty_turns_max = 10;
constexpr std::uint64_t slots_looked_at_every = 16;
/// A network may hand over a silent connection this long after its client has gone …
constexpr std::uint64_t late_handshake_ms = 8'000;
/// … and the last silent link goes by the idle timeout.
constexpr std::uint64_t empty_after_ms = limits::idle_timeout_ms + limits::linger_ms_max + 5'000;

server::Options server_options(test::Random& random) {
    constexpr std::array<std::size_t, 6> connections = {24, 24, 24, 12, 8, 4};
    constexpr std::array<std::size_t, 6> buffers = {10, 10, 10, 4, 2, 1};
    return {.connections = connections[random.below(6)],
            .buffers = buffers[random.below(6)],
            .unix_time_s = nullptr};
}

test::VirtualNetwork::Options network_options(test::Random& random, const server::Options& options) {
    constexpr std::array<std::size_t, 3> rooms = {5'760, 8'192, 65'536};
    return {.links = server::Server::links_for(options),
            .send_bytes = rooms[random.below(3)],
            .window_bytes = rooms[random.below(3)],
            .backlog = random.between(8, 64),
            .defers_accept = random.chance(50),
            .repeats_readable = random.chance(30),
            .turn_us = static_cast<std::uint32_t>(random.between(5, 200))};
}

test::VirtualNetwork::Options network_options(const Scenario& scenario) {
    return {.links = server::Server::links_for(scenario.server),
            .send_bytes = scenario.send_bytes,
            .window_bytes = scenario.window_bytes,
            .turn_us = 50};
}

}  // namespace

World::World(std::uint64_t seed, std::FILE* trace, const Scenario* scenario)
    : random_(seed),
      journal_(clock_, trace),
      options_(scenario != nullptr ? scenario->server : server_options(random_)),
      network_options_(scenario != nullptr ? network_options(*scenario) : network_options(random_, options_)),
      network_(clock_, random_.split(), network_options_),
      transport_(network_, journal_, heap_, network_options_.links),
      platform_(clock_, random_.split()),
      workers_(clock_, network_, heap_, random_.split()),
      rack_(random_.split()),
      app_(std::make_unique<app::App>(app::Seams{.platform = platform_,
                                                 .storage = storage_,
                                                 .workers = workers_,
                                                 .devices = devices_,
                                                 .assets = board_assets(),
                                                 .model_name = "simulated"},
                                      "Simulated")),
      application_(*app_, ledger_, journal_, heap_),
      context_{clock_, network_, ledger_, journal_, {}, {}} {
    storage_.files["owner"] = test::file_of(test::owned_accounts());
    if (const auto problem = app_->start(); !problem.empty()) journal_.fail(std::string(problem));
    server_ = std::make_unique<server::Server>(transport_, application_, options_);
    application_.attach(*server_);
    clients_ = scenario != nullptr ? scenario->populate(context_) : populate(context_, random_, options_);
}

World::~World() = default;

std::string World::run() {
    const auto begin_ms = clock_.now_ms();
    const auto until = [&](std::uint64_t end_ms, auto done) {
        while (journal_.failure().empty() && clock_.now_ms() < end_ms && !done())
            turn();
        return done();
    };
    const auto all_finished = [&] {
        return std::ranges::all_of(clients_, [](const auto& client) { return client->finished(); });
    };
    // Mostly a short wave; now and then one that outlasts the timeouts of heads, answers and pings.
    const auto wave_ms = random_.chance(85) ? arrivals_ms : arrivals_ms + 45'000;
    until(begin_ms + wave_ms, [] { return false; });
    if (!until(begin_ms + wave_ms + patience_ms, all_finished)) {
        for (const auto& client : clients_) {
            if (!client->finished())
                journal_.fail("a " + std::string(client->kind()) + " did not get what it came for");
        }
    }
    for (const auto& client : clients_)
        client->leave();
    until(clock_.now_ms() + late_handshake_ms, [] { return false; });
    if (!until(clock_.now_ms() + empty_after_ms, [&] { return transport_.books().live == 0; }))
        journal_.fail(std::to_string(transport_.books().live) +
                      " links are still open after all clients have gone");
    until(clock_.now_ms() + limits::buffers_shrink_after_ms + 2'000, [] { return false; });
    close_books();
    if (!journal_.failure().empty()) note_slots();
    return journal_.failure();
}

void World::turn() {
    ++turns_;
    buffers_before_ = server_->statistics().buffers_allocated;
    {
        const Running server(heap_, Part::server);
        server_->turn();
    }
    check();
}

void World::check() {
    const auto now = server_->statistics();
    const auto& books = transport_.books();
    if (now.accepted_total != books.opened)
        journal_.fail("accepted_total is not the number of accepted links");
    std::uint64_t ended = 0;
    for (const auto count : now.closed_by_ending)
        ended += count;
    if (now.accepted_total < ended || now.accepted_total - ended != served())
        journal_.fail("accepted connections are neither open nor have they ended");
    if (now.bytes_sent_total != books.bytes_taken)
        journal_.fail("bytes_sent_total is not what the network took");
    if (now.bytes_received_total != books.bytes_read)
        journal_.fail("bytes_received_total is not what was read");
    if (now.buffers_in_use > now.buffers_allocated || now.buffers_allocated > now.buffers_max)
        journal_.fail("more buffers than there are");
    const auto taken = now.active + now.idle + now.websocket;
    if (taken > now.connections_max) journal_.fail("more connections than slots");
    if (now.websocket > now.websocket_max) journal_.fail("more WebSockets than their cap");
    if (now.websocket != application_.websockets())
        journal_.fail("the application knows other WebSockets than the server");
    const bool needless =
        now.waiting > 0 && taken < now.connections_max && now.buffers_in_use < now.buffers_max;
    if (std::exchange(needless_wait_, needless) && transport_.slept())
        journal_.fail("the loop slept, and somebody waited although there was a slot and a buffer");
    if (transport_.empty_turns() > empty_turns_max) journal_.fail("the loop turns and nothing moves");
    check_heap();
    if (turns_ % slots_looked_at_every == 0) check_slots();
}

/// Links that are the server's to serve: in a slot or in the lobby.
std::size_t World::served() const {
    std::size_t count = 0;
    for (transport::Link link = 0; link < transport_.links(); ++link)
        count += transport_.is_served(link) ? 1U : 0U;
    return count;
}

/// Only the buffers' lazy growth allocates, and JSON that comes in.
void World::check_heap() {
    const auto after = server_->statistics().buffers_allocated;
    const auto grown = after > buffers_before_ ? after - buffers_before_ : 0;
    const auto count = heap_.count(Part::server);
    if (count - heap_before_ != grown) {
        journal_.fail("the server took " + std::to_string(count - heap_before_) +
                      " times from the heap, and grew by " + std::to_string(grown) + " buffers");
    }
    heap_before_ = count;
}

/// For people who read a trace.
void World::note_slots() {
    for (std::size_t i = 0; i < options_.connections; ++i) {
        const auto view = server_->slot(i);
        if (view.state == SlotState::free) continue;
        journal_.note("slot", i,
                      std::string(view.peer.view()) + " state " +
                          std::to_string(static_cast<int>(view.state)) + (view.buffer ? " buffer" : "") +
                          " idle_ms " + std::to_string(view.idle_ms));
    }
}

/// What the diagnostics show of each slot is what the network knows of its links.
void World::check_slots() {
    const auto now = server_->statistics();
    std::array<std::size_t, 8> shown{};
    std::size_t buffers = 0;
    std::set<std::string> peers, served;
    for (std::size_t i = 0; i < options_.connections; ++i) {
        const auto view = server_->slot(i);
        ++shown[static_cast<std::size_t>(view.state)];
        if (view.buffer) ++buffers;
        if (view.state != SlotState::free && !peers.emplace(view.peer.view()).second)
            journal_.fail("two slots show one peer");
    }
    for (transport::Link link = 0; link < transport_.links(); ++link) {
        std::array<char, 56> memory;
        TextWriter peer(memory);
        if (!transport_.is_served(link)) continue;
        transport_.describe_peer(link, peer);
        served.emplace(peer.view());
    }
    const auto of = [&](SlotState state) { return shown[static_cast<std::size_t>(state)]; };
    const auto active =
        of(SlotState::head) + of(SlotState::body) + of(SlotState::working) + of(SlotState::sending);
    if (of(SlotState::idle) != now.idle || of(SlotState::websocket) != now.websocket || active != now.active)
        journal_.fail("the slots show other states than the totals");
    // An answer that is kept behind requests sent ahead has a second one.
    if (now.buffers_in_use < buffers || now.buffers_in_use > 2 * buffers)
        journal_.fail("the slots show other buffers than are in use");
    if (!std::ranges::includes(served, peers)) journal_.fail("a slot shows a peer that has gone");
    if (served.size() != active + now.idle + now.websocket + now.silent)
        journal_.fail("a link is in no slot and not in the lobby");
}

void World::close_books() {
    if (!journal_.failure().empty()) return;
    const auto now = server_->statistics();
    if (now.buffers_in_use != 0 || now.waiting != 0) journal_.fail("somebody still holds or awaits a buffer");
    if (now.buffers_allocated > limits::buffers_baseline)
        journal_.fail("the pool did not shrink to its baseline");
    if (now.silent + now.active + now.idle + now.websocket != 0) journal_.fail("a slot is not free");
    std::map<std::uint16_t, std::uint64_t> seen;
    for (auto* conversation : context_.conversations) {
        conversation->settle();
        for (const auto& [status, count] : conversation->answers())
            seen[status] += count;
    }
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < server::counted_statuses.size(); ++i) {
        const auto status = server::counted_statuses[i];
        if (seen[status] != now.by_status[i]) {
            journal_.fail("requests_total{code=\"" + std::to_string(status) + "\"} is " +
                          std::to_string(now.by_status[i]) + ", and clients saw " +
                          std::to_string(seen[status]));
        }
    }
    for (const auto& [status, count] : seen)
        total += count;
    if (total != now.requests_total)
        journal_.fail("requests_total is " + std::to_string(now.requests_total) + ", and clients saw " +
                      std::to_string(total));
}

std::string World::summary() const {
    const auto now = server_->statistics();
    std::map<std::string_view, int> kinds;
    for (const auto& client : clients_)
        ++kinds[client->kind()];
    std::string text =
        std::to_string(options_.connections) + " slots, " + std::to_string(options_.buffers) + " buffers;";
    for (const auto& [kind, count] : kinds)
        text += " " + std::to_string(count) + " " + std::string(kind);
    return text + "; accepted " + std::to_string(now.accepted_total) + ", evicted " +
           std::to_string(now.evicted_total) + ", refused " + std::to_string(now.refused_total) +
           ", timed out " + std::to_string(now.timed_out_total) + ", requests " +
           std::to_string(now.requests_total) + ", buffer waits " + std::to_string(now.buffer_waits_total) +
           "; " + std::to_string(turns_) + " turns, " + std::to_string(clock_.now_ms() / 1'000) + " s";
}

}  // namespace boardwalk::simulation
